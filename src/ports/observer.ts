import type { HolderEvent } from '../domain/held.ts';

/** Is told of every event of this process's sessions, and must finish before a session is let go. */
export interface Observer {
  /** Called when this process takes the session, and when its webhook was changed. */
  look(sessionId: string): void;
  note(sessionId: string, event: HolderEvent): void;
  /** Resolves when the events so far are stored. Rejects when a message among them could not be. */
  recorded(sessionId: string): Promise<void>;
  release(sessionId: string): Promise<void>;
}
