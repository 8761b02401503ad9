// Baileys rc14 inflates compressed data from the server without a limit (stanzas in WABinary/decode.js, the history of
// an account in Utils/history.js): 16 MB, the most that a frame holds, can become 16 GB. It takes `promisify(inflate)`
// when it is loaded, and calls `createInflate` by its name. Nothing else in this program inflates, so both are limited
// for the whole process. This file must be loaded before Baileys: create-whatsapp.ts imports it first, and in the
// bundle decode.js itself does (engine-plugins.js).
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

/** As much as an uncompressed frame holds. */
const longestStanza = 16 * 1024 * 1024;
/** Enough for the first piece of history, the largest accepted, of an account with some ten thousand chats. */
const longestHistory = 64 * 1024 * 1024;

const { createInflate } = zlib;

Object.defineProperty(zlib.inflate, promisify.custom, {
  // One at a time: inflating a hundred of them in parallel would use a hundred times the limit.
  value: (bytes: Uint8Array): Promise<Buffer> =>
    new Promise((resolve) => resolve(zlib.inflateSync(bytes, { maxOutputLength: longestStanza }))),
});

Object.defineProperty(zlib, 'createInflate', {
  configurable: true,
  enumerable: true,
  value: (options?: zlib.ZlibOptions): zlib.Inflate => {
    const inflating = createInflate(options);
    let length = 0;
    inflating.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > longestHistory) inflating.destroy(new RangeError('the history is too long'));
    });
    return inflating;
  },
});

syncBuiltinESMExports();
