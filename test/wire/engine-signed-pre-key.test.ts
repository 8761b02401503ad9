import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignedPreKey } from '../../src/sandbox/companion.ts';
import type { Device } from '../../src/sandbox/device.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { credsFromBytes, toBytes } from '../../src/credentials/credential-bytes.ts';
import { otherSignedPreKey } from '../../src/whatsapp/signed-pre-keys.ts';
import { sessionId, startEngine } from '../support/engine.ts';
import type { Engine, Followed } from '../support/engine.ts';

const jid = '15550100001:1@s.whatsapp.net';
const dayMs = 24 * 60 * 60 * 1000;
let sandbox: Sandbox;
let engine: Engine;

beforeEach(async () => {
  sandbox = await startSandbox();
  engine = await startEngine(sandbox);
  await engine.pair();
});

afterEach(() => sandbox.close());

const device = (): Device => {
  const found = sandbox.device(jid);
  if (!found) throw new Error('not linked');
  return found;
};

const stored = async () => credsFromBytes((await engine.store.readCreds(sessionId)) ?? Buffer.of());

/** Makes the current signed pre-key that many days old. */
async function age(days: number): Promise<void> {
  const creds = await stored();
  const { otherSignedPreKeys } = creds as unknown as { otherSignedPreKeys: object };
  const madeAt = Date.now() - days * dayMs;
  const aged = { ...creds, otherSignedPreKeys: { ...otherSignedPreKeys, madeAt } };
  await engine.store.write(sessionId, { creds: toBytes(aged) });
}

const logIn = async (passive = false): Promise<Followed> => {
  const followed = engine.connect({ kind: 'login', passive });
  await followed.until('logged_in');
  return followed;
};

/** Logs in, and disconnects once the server has accepted a new key. */
async function rotate(): Promise<void> {
  const rotated = sandbox.waitFor('signed_pre_key_rotated');
  const { connection } = await logIn();
  await rotated;
  await askMore(connection);
}

/** The last question is answered last: the answer for the key has come by then. */
async function askMore(connection: Followed['connection']): Promise<void> {
  await connection.profile();
  await connection.close();
}

/** A new contact writes with a signed pre-key that it got earlier. */
async function expectDelivered({ until, events }: Followed, key: SignedPreKey, text: string): Promise<void> {
  const { keys } = device();
  device().keys = { ...keys, signedPreKey: key };
  sandbox.sendText(jid, text, sandbox.phone(`1555010${String(1000 + events.length)}`));
  device().keys = keys;
  expect(await until('message', events.filter(({ kind }) => kind === 'message').length + 1)).toMatchObject({
    message: { text },
  });
}

describe('the signed pre-key', () => {
  it('stays for a month', async () => {
    await age(29);
    await askMore((await logIn()).connection);
    expect(device().keys.signedPreKey.id).toBe(1);
    expect((await stored()).signedPreKey.keyId).toBe(1);
  });

  it('stays while a login is passive', async () => {
    await age(31);
    await askMore((await logIn(true)).connection);
    expect(device().keys.signedPreKey.id).toBe(1);
  });

  it('is replaced after a month, and the next one is stored before the server gets it', async () => {
    await age(31);
    const before = new Promise((resolve) => {
      sandbox.events.on(({ kind }) => {
        if (kind === 'signed_pre_key_rotated') resolve(stored());
      });
    });
    await rotate();
    expect(otherSignedPreKey((await before) as Awaited<ReturnType<typeof stored>>, 2)).toBeDefined();
    const { signedPreKey } = await stored();
    expect(device().keys.signedPreKey).toMatchObject({
      id: 2,
      publicKey: Buffer.from(signedPreKey.keyPair.public),
    });
    await askMore((await logIn()).connection);
    expect(device().keys.signedPreKey.id).toBe(2);
  });

  it('is not the only usable one: the two before it are kept for messages', async () => {
    const given = [device().keys.signedPreKey];
    for (const id of [2, 3]) {
      await age(31);
      await rotate();
      given.push(device().keys.signedPreKey);
      expect(given.at(-1)?.id).toBe(id);
    }
    const followed = await logIn();
    for (const key of given) await expectDelivered(followed, key, `to key ${String(key.id)}`);
    await followed.connection.close();
  });

  it('that the server did not confirm decrypts, and is sent again at the next login', async () => {
    await age(31);
    sandbox.fault({ kind: 'no_answer', query: 'rotate' });
    const ordered = sandbox.waitFor('fault');
    const followed = await logIn();
    await ordered;
    const next = otherSignedPreKey(await stored(), 2);
    if (!next) throw new Error('the next key is not stored');
    const { public: publicKey } = next.keyPair;
    const key = { id: 2, publicKey: Buffer.from(publicKey), signature: Buffer.from(next.signature) };
    await expectDelivered(followed, key, 'to the next key');
    await expectDelivered(followed, device().keys.signedPreKey, 'to the current key');
    await followed.connection.close();
    await rotate();
    expect(device().keys.signedPreKey).toEqual(key);
  });

  it('that the server refused is sent again at the next login', async () => {
    await age(31);
    sandbox.fault({ kind: 'query_error', query: 'rotate', code: 500 });
    const refused = sandbox.waitFor('fault');
    const { connection } = await logIn();
    await refused;
    await connection.close();
    expect((await stored()).signedPreKey.keyId).toBe(1);
    await rotate();
    expect(device().keys.signedPreKey.id).toBe(2);
  });
});
