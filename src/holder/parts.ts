import type { Clock } from '../ports/clock.ts';
import type { HeldSessions } from '../ports/store.ts';
import type { WhatsApp } from '../ports/whatsapp.ts';
import type { ConnectGate } from './connect-gate.ts';
import type { Wakeups } from './wakeups.ts';

/** What holding a session needs. */
export type HolderParts = {
  /** Refuses writes once the session is another process's. */
  readonly store: HeldSessions;
  /** Whether the session still is this process's. */
  readonly isHeld: () => Promise<boolean>;
  readonly whatsapp: WhatsApp;
  readonly clock: Clock;
  /** The name in the phone's list of linked devices; the engine's own name when left out. */
  readonly deviceName?: string;
  /** Paces the connecting of sessions that are kept online. */
  readonly gate?: ConnectGate;
  /** Resolves when the events so far are stored. */
  readonly recorded?: () => Promise<void>;
  /** Reports when an immediate retry makes sense. */
  readonly wakeups?: Wakeups;
};
