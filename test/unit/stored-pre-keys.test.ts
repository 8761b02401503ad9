import { BufferJSON, Curve } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { keyFromBytes, preKeyToBytes, toKeyChanges } from '../../src/credentials/credential-bytes.ts';

const pair = Curve.generateKeyPair();

describe('a stored pre-key', () => {
  it('is read as the pair that it was, of 65 bytes', () => {
    const bytes = preKeyToBytes(pair);
    expect(bytes).toHaveLength(65);
    expect(keyFromBytes('pre-key', bytes)).toEqual({
      public: Buffer.from(pair.public),
      private: Buffer.from(pair.private),
    });
  });

  it("has the same bytes when it comes with Baileys' changes", () => {
    expect(toKeyChanges({ 'pre-key': { 7: pair } })).toEqual([
      { type: 'pre-key', id: '7', value: preKeyToBytes(pair) },
    ]);
  });

  it('is read as JSON too, as it was stored before', () => {
    const json = Buffer.from(JSON.stringify(pair, BufferJSON.replacer));
    expect(keyFromBytes('pre-key', json)).toEqual(pair);
  });

  it.each([
    ['too short', (bytes: Uint8Array) => bytes.subarray(0, 64)],
    ['too long', (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.of(0)])],
    ['of an unknown format', (bytes: Uint8Array) => Buffer.concat([Buffer.of(2), bytes.subarray(1)])],
  ])('is damaged when it is %s', (_, change) => {
    const stored = change(preKeyToBytes(pair));
    expect(() => keyFromBytes('pre-key', stored)).toThrow(expect.objectContaining({ code: 'store_damaged' }));
  });
});
