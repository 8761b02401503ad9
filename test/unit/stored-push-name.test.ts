import { initAuthCreds } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { loggedInSession, newSession, provenSession } from '../../src/domain/session-change.ts';
import { rowOf, sessionOf } from '../../src/store/session-row.ts';
import { credsFromBytes, toBytes } from '../../src/credentials/credential-bytes.ts';
import { unexpected } from '../support/unexpected.ts';
import { draftOf, identity } from '../support/store-drafts.ts';

/** What earlier versions kept as the push name. */
const redacted = '+1∙∙∙80';
const noSeals = { sealer: () => unexpected('to seal'), open: () => unexpected('to open') };
const now = new Date('2026-03-01T12:00:00.000Z');

describe.each([
  [redacted, null],
  ['Ada', 'Ada'],
])('a stored push name %j', (pushName, read) => {
  it('is read from a session as what it is', () => {
    const proven = provenSession(newSession(draftOf('a'), now), now);
    const session = loggedInSession(proven, { ...identity, pushName }, now);
    expect(sessionOf(rowOf(session, noSeals), noSeals).pushName).toBe(read);
  });

  it('is read from credentials as what it is', () => {
    const me = { id: '15551234567:12@s.whatsapp.net', lid: '987654321:12@lid', name: pushName };
    const creds = credsFromBytes(toBytes({ ...initAuthCreds(), me }));
    expect(creds.me).toEqual({ ...me, name: read ?? undefined });
    expect(creds.advSecretKey).toHaveLength(44);
  });
});
