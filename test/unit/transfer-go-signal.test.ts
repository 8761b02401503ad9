import { ProtocolAddress, SessionCipher, SessionRecord } from 'libsignal';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { GoRecordError } from '../../src/transfer/go-json.ts';
import { senderKeyFromGo } from '../../src/transfer/go-sender-key.ts';
import { sessionFromGo } from '../../src/transfer/go-session.ts';
import { BaileysGroup } from '../support/baileys-group.ts';
import { goSignal as go } from '../support/go-signal.ts';
import type { GoMessage } from '../support/go-signal.ts';

const identity = Buffer.from(go.us.identityPublic, 'base64').subarray(1);
const now = new Date('2026-01-01');
const bytes = (text: string): Buffer => Buffer.from(text);
const convert = (record: string) => sessionFromGo(bytes(record), identity, now);

/** libsignal-node on a converted record. */
function cipherOn(record: object): SessionCipher {
  let stored = structuredClone(record);
  const pair = (pub: string, priv: string) => ({
    pubKey: Buffer.from(pub, 'base64'),
    privKey: Buffer.from(priv, 'base64'),
  });
  return new SessionCipher(
    {
      loadSession: () => Promise.resolve(SessionRecord.deserialize(stored as never)),
      storeSession: (_: string, session: SessionRecord) => {
        stored = session.serialize();
        return Promise.resolve();
      },
      isTrustedIdentity: () => true,
      getOurIdentity: () => pair(go.us.identityPublic, go.us.identityPrivate),
      getOurRegistrationId: () => go.us.registrationId,
      loadSignedPreKey: () => pair(go.us.signedPreKeyPublic, go.us.signedPreKeyPrivate),
      // Each of them is used up.
      loadPreKey: () => Promise.resolve(undefined),
      removePreKey: () => {},
    },
    new ProtocolAddress('15550000001', 0),
  );
}

async function read(cipher: SessionCipher, { type, body }: GoMessage): Promise<string> {
  const content = Buffer.from(body, 'base64');
  const plain =
    type === 'pkmsg'
      ? await cipher.decryptPreKeyWhisperMessage(content)
      : await cipher.decryptWhisperMessage(content);
  return plain.toString();
}

// libsignal-node tells the console what it tries.
beforeEach(() => {
  for (const way of ['error', 'warn', 'info'] as const) vi.spyOn(console, way).mockImplementation(() => {});
  return () => vi.restoreAllMocks();
});

describe.each(go.sessions)('a session that $name', ({ record, outgoing, incoming, lost }) => {
  it('sends what Go would send', async () => {
    const { type, body } = await cipherOn(convert(record).record).encrypt(bytes(outgoing.text));
    expect(type === 3 ? 'pkmsg' : 'msg').toBe(outgoing.type);
    expect(Buffer.from(body, 'binary').toString('base64')).toBe(outgoing.body);
  });

  it('reads what Go would read, also after it has sent something', async () => {
    const cipher = cipherOn(convert(record).record);
    await cipher.encrypt(bytes(outgoing.text));
    for (const message of incoming) expect(await read(cipher, message)).toBe(message.text);
  });

  it('says how many messages that are late it cannot read', async () => {
    expect(convert(record).lateMessages).toBe(lost.length);
    for (const message of lost)
      await expect(read(cipherOn(convert(record).record), message)).rejects.toThrow();
  });
});

it('a record that is not one, or of somebody else, is refused', () => {
  const [first] = go.sessions;
  const { SessionState: state, ...rest } = JSON.parse(first?.record ?? '') as { SessionState: object };
  const changed = (change: object) => JSON.stringify({ ...rest, SessionState: { ...state, ...change } });
  for (const record of [
    '',
    'x',
    '[]',
    '{}',
    '['.repeat(100_000),
    changed({ SessionVersion: 2 }),
    changed({ RootKey: 'AAAA' }),
    changed({ SenderBaseKey: Buffer.alloc(33).toString('base64') }),
    changed({ ReceiverChains: {} }),
    changed({ ReceiverChains: [null] }),
    changed({ RemoteRegistrationID: -1 }),
  ])
    expect(() => convert(record)).toThrow(GoRecordError);
  expect(() => sessionFromGo(bytes(first?.record ?? ''), Buffer.alloc(32), now)).toThrow(GoRecordError);
});

describe('a sender key', () => {
  const { theirs, incoming, own, ownRead } = go.group;

  it('of somebody reads what Go would read: also with an older key, and a message that is late', async () => {
    const group = new BaileysGroup(senderKeyFromGo(bytes(theirs)));
    for (const { body, text } of incoming)
      expect((await group.decrypt(Buffer.from(body, 'base64'))).toString()).toBe(text);
  });

  it('of this device goes on: another member reads what is sent with it', async () => {
    const [sender, reader] = [own, ownRead].map((record) => new BaileysGroup(senderKeyFromGo(bytes(record))));
    for (const text of ['own 2', 'own 3']) {
      const sent = await sender?.encrypt(Buffer.from(text));
      expect((await reader?.decrypt(sent ?? Buffer.alloc(0)))?.toString()).toBe(text);
    }
  });

  it('that is damaged is refused', () => {
    for (const record of ['{"SenderKeyStates":[{}]}', '{"SenderKeyStates":1}', 'null'])
      expect(() => senderKeyFromGo(bytes(record))).toThrow(GoRecordError);
    expect(senderKeyFromGo(bytes('{"SenderKeyStates":null}'))).toBe('[]');
  });
});
