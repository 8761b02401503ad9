import { Curve, initAuthCreds, signedKeyPair } from '@whiskeysockets/baileys';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { freshCreds, freshIdentity } from '../../src/whatsapp/fresh-creds.ts';
import { isSignatureTrue } from '../../src/xeddsa.ts';

/** libsignal's arithmetic. Baileys asks it to sign, but not to verify: its own check accepts anything. */
const libsignal = createRequire(createRequire(import.meta.url).resolve('libsignal'))('curve25519-js') as {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
};

const many = 40;
const text = Buffer.from('the bytes that are signed');
const typeOf = (value: unknown): string =>
  value instanceof Uint8Array ? `${value.length} bytes` : Array.isArray(value) ? 'array' : typeof value;
const shapeOf = (value: object): unknown =>
  Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [
      name,
      one && typeof one === 'object' && !(one instanceof Uint8Array) && !Array.isArray(one)
        ? shapeOf(one)
        : typeOf(one),
    ]),
  );

describe('a fresh identity', () => {
  it(`signs what libsignal verifies, ${many} of ${many}, for both signs of the point`, () => {
    const signs = new Set<number>();
    for (let at = 0; at < many; at++) {
      const { pair, sign } = freshIdentity();
      const signature = sign(text);
      signs.add((signature[63] ?? 0) & 0x80);
      expect(libsignal.verify(pair.public, text, signature)).toBe(true);
      expect(isSignatureTrue(pair.public, text, signature)).toBe(true);
    }
    expect(signs).toEqual(new Set([0, 0x80]));
  });

  it(`is a key that libsignal signs with, ${many} of ${many}`, () => {
    for (let at = 0; at < many; at++) {
      const { pair } = freshIdentity();
      const { keyPair, signature } = signedKeyPair(pair, 2);
      const signed = Buffer.concat([Buffer.of(5), keyPair.public]);
      expect(isSignatureTrue(pair.public, signed, signature)).toBe(true);
      expect(libsignal.verify(pair.public, signed, signature)).toBe(true);
    }
  });

  it('agrees on secrets with keys of libsignal, from both sides', () => {
    for (let at = 0; at < many; at++) {
      const { pair } = freshIdentity();
      const other = Curve.generateKeyPair();
      expect(Curve.sharedKey(pair.private, other.public)).toEqual(
        Curve.sharedKey(other.private, pair.public),
      );
    }
  });

  it('does not verify another text, another key or a turned sign', () => {
    const { pair, sign } = freshIdentity();
    const signature = sign(text);
    const turned = Buffer.from(signature);
    turned[63] = (turned[63] ?? 0) ^ 0x80;
    expect(libsignal.verify(pair.public, Buffer.from('other bytes'), signature)).toBe(false);
    expect(libsignal.verify(freshIdentity().pair.public, text, signature)).toBe(false);
    expect(libsignal.verify(pair.public, text, turned)).toBe(false);
  });

  it('is a new one each time', () => {
    const made = Array.from({ length: many }, () =>
      Buffer.from(freshIdentity().pair.private).toString('hex'),
    );
    expect(new Set(made).size).toBe(many);
  });
});

describe('fresh creds', () => {
  it("have what Baileys' own have, and a true signature of the pre-key", () => {
    const creds = freshCreds();
    expect(shapeOf(creds)).toEqual(shapeOf(initAuthCreds()));
    const { signedIdentityKey, signedPreKey } = creds;
    const signed = Buffer.concat([Buffer.of(5), signedPreKey.keyPair.public]);
    expect(isSignatureTrue(signedIdentityKey.public, signed, signedPreKey.signature)).toBe(true);
  });
});
