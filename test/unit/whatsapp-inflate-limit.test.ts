// First, as in the program: what it limits is taken by Baileys when that is loaded.
import '../../src/whatsapp/create-whatsapp.ts';
import { decodeBinaryNode, encodeBinaryNode } from '@whiskeysockets/baileys';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate, createInflate, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const megabyte = 1024 * 1024;
const compressed = (plaintext: Buffer): Buffer => Buffer.concat([Buffer.of(2), deflateSync(plaintext)]);

/** Inflates as Baileys' downloadHistory does. */
async function inflated(megabytes: number): Promise<number> {
  let size = 0;
  const zeros = Readable.from(Array.from({ length: megabytes }, () => Buffer.alloc(megabyte)));
  const inflating = createInflate();
  inflating.on('data', (chunk: Buffer) => (size += chunk.length));
  await pipeline(
    zeros,
    createDeflate(),
    inflating,
    new Writable({ write: (_chunk, _encoding, done) => done() }),
  );
  return size;
}

describe('what a server has compressed', () => {
  it('is a stanza', async () => {
    const stanza = { tag: 'iq', attrs: { id: '1' }, content: Buffer.alloc(megabyte) };
    const plaintext = compressed(encodeBinaryNode(stanza).subarray(1));
    expect(await decodeBinaryNode(plaintext)).toMatchObject({ tag: 'iq', attrs: { id: '1' } });
  });

  it('is refused where it grows beyond 16 MB', async () => {
    await expect(decodeBinaryNode(compressed(Buffer.alloc(17 * megabyte)))).rejects.toThrow(/larger than/);
  });

  it('is a history of up to 64 MB', async () => {
    expect(await inflated(60)).toBe(60 * megabyte);
    await expect(inflated(66)).rejects.toThrow('the history is too long');
  });
});
