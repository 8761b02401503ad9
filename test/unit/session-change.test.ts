import { expect, test } from 'vitest';
import {
  loggedInSession,
  newSession,
  patchedSession,
  provenSession,
  unpairedSession,
} from '../../src/domain/session-change.ts';

const now = new Date(0);
const later = new Date(1);
const session = newSession({ id: 'a', name: 'n', webhook: null, proxy: null, endpoint: null }, now);
const identity = {
  phoneNumber: '1',
  whatsappJid: '1:2@s.whatsapp.net',
  lid: '3:2@lid',
  platform: 'iphone',
  pushName: 'p',
};

test('an undefined field of a patch changes nothing', () => {
  const patch = { name: undefined, retries: 2 } as unknown as { retries: number };
  expect(patchedSession(session, patch, later)).toEqual({ ...session, retries: 2, updatedAt: later });
});

test('pairing and then unpairing restores the session, and keeps the phone number', () => {
  const proven = provenSession({ ...session, status: 'failed', retries: 9 }, later);
  const paired = loggedInSession(proven, identity, later);
  expect(paired).toMatchObject({ ...identity, status: 'disconnected', paired: true, retries: 0 });
  const seen = { lastConnectedAt: later, lastSeenAt: later };
  expect(unpairedSession(paired, 'disconnected', now)).toEqual({
    ...session,
    ...seen,
    phoneNumber: '1',
  });
});

test('a pairing that is never confirmed restores the session', () => {
  expect(unpairedSession(provenSession(session, later), 'logged_out', now)).toEqual(session);
});
