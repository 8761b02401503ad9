import { createCipheriv, randomBytes } from 'node:crypto';
import { derivePairingCodeKey } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { hkdf } from '../../src/sandbox/hkdf.ts';
import { agree, generateAgreementKeyPair, keyPairFromSeed } from '../../src/sandbox/key-pair.ts';
import { codeKey, CodeExchange, unwrapEphemeral, wrapEphemeral } from '../../src/sandbox/pairing-code.ts';
import { readQr } from '../../src/sandbox/scan-qr.ts';

const phone = keyPairFromSeed(Buffer.alloc(32, 1));
const companion = keyPairFromSeed(Buffer.alloc(32, 2));
const stranger = keyPairFromSeed(Buffer.alloc(32, 3));
const settle = { done: () => undefined, failed: () => undefined };

/** The companion's last step, told of a phone's identity and of both ephemeral keys. */
const finishCompanion = (
  shared: Buffer,
  { identity = companion.publicKey, primary = phone.publicKey, secret = randomBytes(32) } = {},
) => {
  const [salt, iv] = [randomBytes(32), randomBytes(12)];
  const key = hkdf(shared, salt, 'link_code_pairing_key_bundle_encryption_key', 32);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = [
    cipher.update(Buffer.concat([identity, primary, secret])),
    cipher.final(),
    cipher.getAuthTag(),
  ];
  const advSecret = hkdf(
    Buffer.concat([shared, agree(companion, phone.publicKey), secret]),
    Buffer.alloc(0),
    'adv_secret',
    32,
  );
  return { bundle: Buffer.concat([salt, iv, ...sealed]), advSecret };
};

const exchange = () => {
  const ephemeral = generateAgreementKeyPair();
  const own = new CodeExchange(phone, ephemeral.publicKey, settle);
  return { own, shared: agree(ephemeral, own.ephemeral.publicKey) };
};

describe('a pairing code', () => {
  it('stands for the key that Baileys derives', async () => {
    const salt = randomBytes(32);
    const theirs = Buffer.from(await derivePairingCodeKey('ABCD1234', salt));
    expect((await codeKey('ABCD1234', salt)).equals(theirs)).toBe(true);
  });

  it('wraps a key that only the same code unwraps', async () => {
    const { publicKey } = generateAgreementKeyPair();
    const wrapped = await wrapEphemeral(publicKey, 'ABCD1234');
    expect(wrapped).toHaveLength(80);
    expect((await unwrapEphemeral(wrapped, 'ABCD1234')).equals(publicKey)).toBe(true);
    expect((await unwrapEphemeral(wrapped, 'ABCD1235')).equals(publicKey)).toBe(false);
  });

  it('leads both sides to the same secret', () => {
    const { own, shared } = exchange();
    const { bundle, advSecret } = finishCompanion(shared);
    const identityKey = companion.publicKey;
    expect(own.readSecret({ bundle, identityKey }, identityKey).equals(advSecret)).toBe(true);
  });

  it.each([
    ['a wrong code', { shared: randomBytes(32) }, {}, 'wrong code'],
    ['another phone', {}, { primary: stranger.publicKey }, 'another phone'],
    ['another identity inside', {}, { identity: stranger.publicKey }, 'another identity'],
    ['a short bundle', {}, { secret: randomBytes(31) }, 'not 96 bytes'],
  ])('is refused for %s', (_what, wrong, content, complaint) => {
    const { own, shared } = exchange();
    const { bundle } = finishCompanion('shared' in wrong ? wrong.shared : shared, content);
    const identityKey = companion.publicKey;
    expect(() => own.readSecret({ bundle, identityKey }, identityKey)).toThrow(complaint);
  });

  it('is refused for an identity that was not registered', () => {
    const { own, shared } = exchange();
    const { bundle } = finishCompanion(shared);
    const identityKey = companion.publicKey;
    expect(() => own.readSecret({ bundle, identityKey }, stranger.publicKey)).toThrow('another identity');
  });

  it('is refused for a bundle of nothing', () => {
    const { own } = exchange();
    const finish = { bundle: Buffer.alloc(0), identityKey: companion.publicKey };
    expect(() => own.readSecret(finish, companion.publicKey)).toThrow('wrong code');
  });
});

describe('a QR', () => {
  const key = Buffer.alloc(32, 9).toString('base64');

  it.each([
    ['plain', `2@ref,${key},${key},${key}`],
    ['with a platform', `2@ref,${key},${key},${key},1`],
    ['with an address', `https://wa.me/settings/linked_devices#2@ref,${key},${key},${key},1`],
    ['with a line end', `2@ref,${key},${key},${key},1\n`],
  ])('is read %s', (_how, text) => {
    expect(readQr(text)).toMatchObject({ ref: '2@ref', advSecret: Buffer.alloc(32, 9) });
  });

  it.each(['', 'https://example.com', `2@ref,${key},${key}`, `,${key},${key},${key}`])(
    'is refused: "%s"',
    (text) => {
      expect(() => readQr(text)).toThrow('not a WhatsApp QR code');
    },
  );
});
