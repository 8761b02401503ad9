import type { HolderEvent } from '../domain/held.ts';

/** Somebody who is told what happens to all sessions of this process, and has to be done before one is let go. */
export interface Observer {
  /** The session is held here from now on, or its webhook was changed. */
  look(sessionId: string): void;
  note(sessionId: string, event: HolderEvent): void;
  release(sessionId: string): Promise<void>;
}
