import { randomBytes } from 'node:crypto';
import { Curve } from '@whiskeysockets/baileys';
import * as libsignal from 'libsignal';
import { describe, expect, it } from 'vitest';
import { agree, generateAgreementKeyPair, keyPairFromSeed, sign } from '../../src/sandbox/key-pair.ts';
import { isSignatureTrue } from '../../src/xeddsa.ts';

/** Not in its types. */
const { curve } = libsignal as unknown as {
  curve: { verifySignature(typedKey: Buffer, message: Buffer, signature: Buffer): boolean };
};

const seeds = Array.from({ length: 16 }, (_, index) => Buffer.alloc(32, index + 1));
const message = Buffer.from('what is signed');
const typed = (key: Buffer): Buffer => Buffer.concat([Buffer.of(5), key]);

describe('XEdDSA', () => {
  it.each(seeds.map((seed) => [seed[0], seed] as const))(
    'libsignal accepts our signature, seed %i',
    (_n, seed) => {
      const pair = keyPairFromSeed(seed);
      const signature = sign(pair, message);
      expect(curve.verifySignature(typed(pair.publicKey), message, signature)).toBe(true);
      expect(isSignatureTrue(pair.publicKey, message, signature)).toBe(true);
    },
  );

  it('uses both signs of the public key', () => {
    expect(new Set(seeds.map((seed) => keyPairFromSeed(seed).edwardsSign))).toEqual(new Set([0, 0x80]));
  });

  it.each(seeds.map((_seed, index) => index))('we accept the signature of libsignal, try %i', () => {
    const pair = Curve.generateKeyPair();
    const signature = Curve.sign(pair.private, message);
    expect(isSignatureTrue(pair.public, message, signature)).toBe(true);
  });

  it('refuses what was changed', () => {
    const pair = keyPairFromSeed(seeds[0]!);
    const signature = sign(pair, message);
    for (const at of [0, 31, 32, 62, 63]) {
      const changed = Buffer.from(signature);
      changed.writeUInt8(changed.readUInt8(at) ^ (at === 63 ? 0x80 : 1), at);
      expect(isSignatureTrue(pair.publicKey, message, changed)).toBe(false);
    }
    expect(isSignatureTrue(pair.publicKey, Buffer.from('something else'), signature)).toBe(false);
    expect(isSignatureTrue(keyPairFromSeed(seeds[1]!).publicKey, message, signature)).toBe(false);
  });

  it.each([
    ['a signature that is too short', Buffer.alloc(32, 9), Buffer.alloc(63)],
    ['random bytes', Buffer.alloc(32, 9), randomBytes(64)],
    ['a key that is too long', Buffer.alloc(33, 5), Buffer.alloc(64)],
    ['a key of zeros', Buffer.alloc(32), Buffer.alloc(64)],
    [
      'the key that has no counterpart',
      Buffer.from('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'hex'),
      Buffer.alloc(64, 1),
    ],
  ])('is false for %s', (_what, publicKey, signature) => {
    expect(isSignatureTrue(publicKey, message, signature)).toBe(false);
  });
});

describe('X25519', () => {
  it('agrees with libsignal', () => {
    const own = keyPairFromSeed(seeds[2]!);
    const theirs = Curve.generateKeyPair();
    const shared = agree(own, theirs.public);
    expect(shared.equals(Curve.sharedKey(theirs.private, own.publicKey))).toBe(true);
  });

  it('agrees with itself', () => {
    const [one, two] = [generateAgreementKeyPair(), generateAgreementKeyPair()];
    expect(agree(one, two.publicKey).equals(agree(two, one.publicKey))).toBe(true);
  });

  it('refuses a key of the wrong length', () => {
    expect(() => agree(generateAgreementKeyPair(), Buffer.alloc(31))).toThrow('32 bytes');
  });
});
