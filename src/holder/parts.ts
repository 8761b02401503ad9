import type { Clock } from '../session/clock.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { WhatsApp } from '../session/whatsapp.ts';

/** What holding a session takes. */
export type HolderParts = {
  readonly store: SessionStore;
  readonly whatsapp: WhatsApp;
  readonly clock: Clock;
  /** What the phone shows in its list of linked devices; the engine's own name when left out. */
  readonly deviceName?: string;
};
