import { expect, test } from 'vitest';
import { seal, unseal } from '../../src/store/seal.ts';
import type { SealedPlace } from '../../src/store/seal.ts';

const place: SealedPlace = ['a', 'pre-key', '1'];
const secret = Buffer.from('secret');

test('what was sealed comes back, as bytes of its own', () => {
  const sealed = seal(secret, place);
  const opened = unseal(sealed, place);
  expect(Buffer.from(opened ?? [])).toEqual(secret);
  sealed.fill(0);
  expect(Buffer.from(opened ?? [])).toEqual(secret);
  expect(unseal(seal(new Uint8Array(0), place), place)).toEqual(new Uint8Array(0));
});

test('the layout is format 0, CRC-32 big-endian, value', () => {
  // CRC-32 of '["a","pre-key","1"]secret' (zlib).
  expect(Buffer.from(seal(secret, place)).toString('hex')).toBe(`00e45a5c5b${secret.toString('hex')}`);
});

test.each<[string, SealedPlace]>([
  ['session', ['b', 'pre-key', '1']],
  ['type', ['a', 'session', '1']],
  ['id', ['a', 'pre-key', '2']],
  ['split', ['a', 'pre-key1', '']],
])('a value of another %s does not open', (_, other) => {
  expect(unseal(seal(secret, place), other)).toBeUndefined();
});

test('no flipped bit goes unnoticed, nor a missing end', () => {
  const sealed = seal(secret, place);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const damaged = Uint8Array.from(sealed);
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(unseal(damaged, place)).toBeUndefined();
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(unseal(sealed.subarray(0, length), place)).toBeUndefined();
  }
});
