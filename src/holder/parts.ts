import type { Clock } from '../session/clock.ts';
import type { HolderEvent } from '../session/holder.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { WhatsApp } from '../session/whatsapp.ts';
import type { ConnectGate } from './connect-gate.ts';
import type { Wakeups } from './wakeups.ts';

/** What holding a session takes. */
export type HolderParts = {
  readonly store: SessionStore;
  readonly whatsapp: WhatsApp;
  readonly clock: Clock;
  /** What the phone shows in its list of linked devices; the engine's own name when left out. */
  readonly deviceName?: string;
  /** Paces the connecting of sessions that are kept online. */
  readonly gate?: ConnectGate;
  /** Tells when trying at once makes sense. */
  readonly wakeups?: Wakeups;
};

/** Somebody who is told what happens to all sessions of this process, and has to be done before one is let go. */
export interface Observer {
  /** The session is held here from now on, or its webhook was changed. */
  look(sessionId: string): void;
  note(sessionId: string, event: HolderEvent): void;
  release(sessionId: string): Promise<void>;
}
