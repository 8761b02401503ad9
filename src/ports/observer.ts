import type { HolderEvent } from '../domain/held.ts';
import type { EventSink } from './store.ts';

/** Is told of every event of this process's sessions, and must finish before a session is let go. */
export interface Observer {
  /** Called when this process takes the session, and when its webhook was changed. */
  look(sessionId: string): void;
  /** `held`: the store under the lease on the session. */
  note(sessionId: string, event: HolderEvent, held: EventSink): void;
  /** Resolves when the events so far are stored. Rejects when a message among them could not be. */
  recorded(sessionId: string): Promise<void>;
  /** `withinMs`: how long what is due may still be delivered; 0 when the session is another process's. */
  release(sessionId: string, withinMs?: number): Promise<void>;
}
