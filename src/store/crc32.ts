// As zlib's crc32, which takes a tenth of a bare start of Node to load, with the streams that it comes with.

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The CRC-32 of these bytes, or of a text in UTF-8; `before` is that of what comes before them. */
export function crc32(content: Uint8Array | string, before = 0): number {
  let rest = ~before;
  for (const byte of typeof content === 'string' ? Buffer.from(content) : content)
    rest = (rest >>> 8) ^ (table[(rest ^ byte) & 0xff] ?? 0);
  return ~rest >>> 0;
}
