import { createCipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/network.ts';
import { agree, generateAgreementKeyPair } from '../../src/sandbox/key-pair.ts';
import {
  CompanionEphemeralIdentity,
  EncryptedPairingRequest,
  PairingRequest,
  PrimaryEphemeralIdentity,
  ProloguePayload,
} from '../../src/sandbox/messages.ts';
import type { AssertionFlaw } from '../../src/sandbox/passkey-authenticator.ts';
import { passkeyCode } from '../../src/sandbox/passkey.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { bytesOf, child, server, stanza, textOf } from '../../src/sandbox/stanza.ts';
import type { Stanza } from '../../src/sandbox/stanza.ts';
import { RawCompanion } from '../support/sandbox-companion.ts';

// A companion that goes through the ceremony by hand, right or with one thing wrong. WhatsApp answers a wrong step with a
// result, and then the phone is silent; so does the sandbox, and says why in an event.

let sandbox: Sandbox;
let companion: RawCompanion;

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({ account: { passkey: true }, ...options });
  companion = new RawCompanion(sandbox.endpoint);
}

beforeEach(() => start());
afterEach(async () => {
  companion.close();
  await sandbox.close();
});

/** What one companion does wrong. */
type Wrong = {
  readonly assertion?: AssertionFlaw;
  readonly account?: string;
  readonly options?: string;
  readonly ref?: string;
  readonly deviceType?: number;
  readonly hash?: Buffer;
  readonly proof?: Buffer | null;
  readonly tags?: readonly string[];
  readonly nonce?: Buffer;
  readonly key?: Buffer;
  readonly noiseKey?: Buffer;
  readonly keepsSecret?: true;
};

const hkdf = (material: Uint8Array, salt: string, info: string): Buffer =>
  Buffer.from(hkdfSync('sha256', material, salt, info, 32));

async function acknowledged(type: string): Promise<Stanza> {
  const notification = await companion.next();
  expect(notification).toMatchObject({ tag: 'notification', attrs: { type } });
  const { id } = notification.attrs;
  companion.send(stanza('ack', { class: 'notification', type, id, to: server }));
  return notification;
}

async function step(type: 'get' | 'set', content: Stanza): Promise<Stanza> {
  const id = randomBytes(4).toString('hex');
  companion.send(stanza('iq', { to: server, type, id, xmlns: 'md' }, [content]));
  const answer = await companion.next();
  expect(answer).toMatchObject({ tag: 'iq', attrs: { type: 'result', id } });
  return answer;
}

/** Up to the encrypted request; resolves to the code that this companion would show. */
async function ceremony(wrong: Wrong = {}): Promise<string> {
  sandbox.scan(await companion.firstQr());
  const asked = await acknowledged('passkey_prologue_request');
  const handoff = hkdf(companion.advSecret, '', 'shortcake-passkey-handoff-v1');
  if (!wrong.keepsSecret) companion.advSecret = randomBytes(32);
  const options = wrong.options ?? textOf(child(asked, 'passkey_request_options'));
  const account = sandbox.phone(wrong.account);
  const assertion = sandbox.signPasskey(options, account, wrong.assertion);
  const ref = textOf(child(await step('get', stanza('ref')), 'ref'));
  const ephemeral = generateAgreementKeyPair();
  const nonce = randomBytes(32);
  const identity = CompanionEphemeralIdentity.encode({
    publicKey: ephemeral.publicKey,
    deviceType: wrong.deviceType ?? 1,
    ref: wrong.ref ?? ref,
  });
  const hash = wrong.hash ?? createHash('sha256').update(identity).update(nonce).digest();
  const payload = ProloguePayload.encode({ identity, commitment: { hash } });
  const proof =
    wrong.proof === undefined ? createHmac('sha256', handoff).update(payload).digest() : wrong.proof;
  const contents = [account.passkey.credentialId, Buffer.from(assertion), payload, ...(proof ? [proof] : [])];
  const tags = wrong.tags ?? [
    'credential_id',
    'webauthn_assertion',
    'prologue_payload',
    'pairing_handoff_proof',
  ];
  const parts = contents.map((content, at) => stanza(tags[at] ?? '', {}, content));
  await step('set', stanza('passkey_prologue', {}, parts));
  const continuation = await acknowledged('crsc_continuation');
  const primary = PrimaryEphemeralIdentity.decode(bytesOf(child(continuation, 'primary_ephemeral_identity')));
  await step('set', stanza('companion_nonce', {}, wrong.nonce ?? nonce));
  const shared = agree(ephemeral, primary.publicKey ?? Buffer.alloc(0));
  const salt = `Companion Pairing 1 with ref ${ref}`;
  const key = wrong.key ?? hkdf(shared, salt, 'Pairing Information Encryption Key');
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const request = PairingRequest.encode({
    noiseKey: wrong.noiseKey ?? companion.noiseKey.publicKey,
    identityKey: companion.identity.publicKey,
    advSecret: companion.advSecret,
  });
  const sealed = Buffer.concat([cipher.update(request), cipher.final(), cipher.getAuthTag()]);
  await step(
    'set',
    stanza('encrypted_pairing_request', {}, EncryptedPairingRequest.encode({ payload: sealed, iv })),
  );
  return passkeyCode(nonce, primary.publicKey ?? Buffer.alloc(0), primary.nonce ?? Buffer.alloc(0));
}

describe('a companion that goes through the passkey ceremony', () => {
  it('as it should is linked with its new secret, and shows the code of the phone', async () => {
    const onPhone = sandbox.waitFor('passkey_code');
    expect(await ceremony()).toBe((await onPhone).code);
    await companion.signDevice();
    expect(await companion.next()).toMatchObject({ tag: 'stream:error', attrs: { code: '515' } });
    expect(sandbox.devices).toHaveLength(1);
  });

  it('without a proof is linked too: the person compares the codes', async () => {
    await ceremony({ proof: null });
    await companion.signDevice();
    expect(await companion.next()).toMatchObject({ tag: 'stream:error', attrs: { code: '515' } });
  });

  const other = JSON.stringify({ challenge: 'AAAA' });
  it.each<[string, Wrong, string]>([
    ['another challenge', { options: other }, 'the challenge is wrong'],
    ['another origin', { assertion: { origin: 'https://example.org' } }, 'the origin is wrong'],
    ['another type', { assertion: { type: 'webauthn.create' } }, 'the type is wrong'],
    ['another site', { assertion: { relyingParty: 'example.org' } }, 'the relying party is wrong'],
    ['an owner that was not checked', { assertion: { isUnverified: true } }, 'the user was not verified'],
    ['the passkey of another account', { account: '15550100002' }, 'this is not the passkey of the account'],
    ['a ref of its own', { ref: '2@own' }, 'the ref is not the newest'],
    ['another device type', { deviceType: 7 }, 'the device type is not the registered one'],
    ['a wrong proof', { proof: Buffer.alloc(32) }, 'the handoff proof is wrong'],
    [
      'parts in another order',
      { tags: ['webauthn_assertion', 'credential_id', 'prologue_payload', 'pairing_handoff_proof'] },
      'the parts of the prologue are not in order',
    ],
    [
      'another nonce than promised',
      { nonce: Buffer.alloc(32) },
      'the nonce is not the one that was promised',
    ],
    ['a commitment to nothing', { hash: Buffer.alloc(32) }, 'the nonce is not the one that was promised'],
    ['a short nonce', { nonce: Buffer.alloc(31) }, 'the nonce is not the one that was promised'],
    ['another key', { key: Buffer.alloc(32) }, 'the pairing request cannot be decrypted'],
    [
      'the keys of another device',
      { noiseKey: Buffer.alloc(32) },
      'the keys are not those of the device that waits',
    ],
    ['its old secret', { keepsSecret: true }, 'the secret was not changed'],
  ])('with %s is not linked', async (_, wrong, reason) => {
    const refused = sandbox.waitFor('passkey_refused');
    // It waits for a phone that is silent.
    void ceremony(wrong);
    expect((await refused).reason).toBe(reason);
    expect(sandbox.devices).toEqual([]);
  });

  it.each<[string, SandboxOptions, string]>([
    ['after its request has expired', { passkeyOptionsMs: -1 }, 'the request for the passkey has expired'],
    ['with a proof that came too late', { passkeyHandoffMs: -1 }, 'the handoff has expired'],
  ])('%s is not linked', async (_, options, reason) => {
    await sandbox.close();
    await start(options);
    const refused = sandbox.waitFor('passkey_refused');
    void ceremony();
    expect((await refused).reason).toBe(reason);
  });
});
