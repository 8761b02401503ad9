import type { SessionStore } from '../../src/ports/store.ts';
import type { Identity } from '../../src/domain/session.ts';
import type { NewSession } from '../../src/domain/session-change.ts';

/** Creates an empty store with the clock `now`. */
export type StoreMaker = (now: () => Date) => SessionStore | Promise<SessionStore>;

export const draftOf = (id: string, rest: Partial<NewSession> = {}): NewSession => ({
  id,
  name: null,
  webhook: null,
  proxy: null,
  endpoint: null,
  ...rest,
});

export const identity: Identity = {
  phoneNumber: '15551234567',
  whatsappJid: '15551234567:12@s.whatsapp.net',
  lid: '987654321:12@lid',
  platform: 'android',
  pushName: 'Žofia',
};

/** The bytes of a text, as a store keeps them. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The start time of a store under test. */
export const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
