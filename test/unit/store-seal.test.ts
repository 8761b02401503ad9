import crypto from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { unwrap, wrap, recordBytes, recordIn } from '../../src/store/key-record.ts';
import { Sealer, generationOf, readPlain } from '../../src/store/seal.ts';
import type { SealedPlace } from '../../src/store/seal.ts';

const place: SealedPlace = ['a', 'pre-key', '1'];
const others: [string, SealedPlace][] = [
  ['session', ['b', 'pre-key', '1']],
  ['type', ['a', 'session', '1']],
  ['id', ['a', 'pre-key', '2']],
  ['split', ['a', 'pre-key1', '']],
];
const secret = Buffer.from('secret');
const key = crypto.randomBytes(32);
const sealer = new Sealer(crypto, key, 7);

function* damagesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Uint8Array.from(bytes);
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield damaged;
  }
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length);
}

describe('a sealed value', () => {
  test('comes back, as bytes of its own', () => {
    const sealed = sealer.seal(secret, place);
    const opened = sealer.open(sealed, place);
    expect(Buffer.from(opened ?? [])).toEqual(secret);
    sealed.fill(0);
    expect(Buffer.from(opened ?? [])).toEqual(secret);
    expect(sealer.open(sealer.seal(new Uint8Array(0), place), place)).toEqual(new Uint8Array(0));
  });

  test('is format 1, the generation, nonce, tag and AES-256-GCM under the key of the session', () => {
    const sealed = sealer.seal(secret, place);
    expect(sealed.subarray(0, 5).toString('hex')).toBe('0100000007');
    const subkey = crypto.createHmac('sha256', key).update('["wactl session","a"]').digest();
    const decipher = crypto.createDecipheriv('aes-256-gcm', subkey, sealed.subarray(5, 17));
    decipher.setAAD(Buffer.from('[1,7,"a","pre-key","1"]')).setAuthTag(sealed.subarray(17, 33));
    expect(decipher.update(sealed.subarray(33)).toString() + decipher.final().toString()).toBe('secret');
  });

  test('has nothing of the secret in it, and is another one each time', () => {
    const all = Array.from({ length: 200 }, () => sealer.seal(secret, place));
    expect(all.some((sealed) => sealed.includes(secret))).toBe(false);
    expect(new Set(all.map((sealed) => sealed.subarray(5, 17).toString('hex'))).size).toBe(200);
  });

  test.each(others)('of another %s does not open', (_, other) => {
    expect(sealer.open(sealer.seal(secret, place), other)).toBeUndefined();
  });

  test('does not open with another data key, or as of another generation', () => {
    const sealed = sealer.seal(secret, place);
    expect(new Sealer(crypto, crypto.randomBytes(32), 7).open(sealed, place)).toBeUndefined();
    expect(new Sealer(crypto, key, 8).open(sealed, place)).toBeUndefined();
    sealed.writeUInt32BE(8, 1);
    expect(new Sealer(crypto, key, 8).open(sealed, place)).toBeUndefined();
  });

  test('with a flipped bit or without its end does not open', () => {
    const sealed = sealer.seal(secret, place);
    for (const damaged of damagesOf(sealed)) expect(sealer.open(damaged, place)).toBeUndefined();
  });
});

describe('a plain value of earlier versions', () => {
  // CRC-32 of '["a","pre-key","1"]secret' (zlib).
  const plain = Buffer.concat([Buffer.from('00e45a5c5b', 'hex'), secret]);

  test('is format 0, CRC-32 big-endian, value', () => {
    expect(Buffer.from(readPlain(plain, place) ?? [])).toEqual(secret);
    expect(generationOf(plain)).toBeUndefined();
    expect(sealer.open(plain, place)).toBeUndefined();
  });

  test.each(others)('of another %s is not read', (_, other) => {
    expect(readPlain(plain, other)).toBeUndefined();
  });

  test('with a flipped bit or without its end is not read', () => {
    for (const damaged of damagesOf(plain)) expect(readPlain(damaged, place)).toBeUndefined();
  });
});

describe('the record of a data key', () => {
  const wrapping = { kind: 'file', salt: '', cost: 0, key: crypto.randomBytes(32) } as const;
  const record = wrap(crypto, wrapping, key, { generation: 7, since: 1 });

  test('gives the data key to the key that wraps it', () => {
    expect(unwrap(crypto, record, wrapping.key)).toEqual(key);
    expect(recordIn(recordBytes(record))).toEqual(record);
  });

  test.each([
    ['with another key', record, crypto.randomBytes(32)],
    ['as of another kind', { ...record, kind: 'passphrase' as const }, wrapping.key],
    ['as of another generation', { ...record, generation: 8 }, wrapping.key],
    ['cut short', { ...record, wrapped: record.wrapped.slice(0, 40) }, wrapping.key],
  ])('does not open %s', (_, changed, other) => {
    expect(unwrap(crypto, changed, other)).toBeUndefined();
  });

  test('with a flipped bit or without its end is damaged, not of a wrong key', () => {
    for (const damaged of damagesOf(recordBytes(record))) expect(recordIn(damaged)).toBeUndefined();
  });
});
