import { crc32 as zlibs } from 'node:zlib';
import { expect, it } from 'vitest';
import { crc32 } from '../../src/store/crc32.ts';

const texts = ['', 'a', '123456789', 'žluťoučký 🐴', '\0'.repeat(1000)];

it.each(texts)('the CRC-32 of %j is that of zlib', (text) => {
  expect(crc32(text)).toBe(zlibs(text));
  expect(crc32(Buffer.from(text), crc32('before'))).toBe(zlibs(`before${text}`));
});
