// One bit a pixel, grey scale, no filter: the smallest PNG there is to write, and node:zlib brings the two hard parts
// (deflate, CRC-32), so that an encoder package would replace nothing. Chunks and fields: PNG (third edition), section 11.
import { crc32, deflateSync } from 'node:zlib';
import type { QrMatrix } from './qr-matrix.ts';
import { withQuietZone } from './qr-quiet-zone.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const quietZone = 4;
const pixelsPerModule = 8;

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
};

/** A PNG of the modules as they are, 8 × 8 pixels each (so a module row is one byte each). */
export function modulesPng(modules: QrMatrix, invert = false): Uint8Array {
  const pixels = modules.length * pixelsPerModule;
  const [bitDepth, greyScale, deflate, adaptiveFilter, noInterlace, noFilter] = [1, 0, 0, 0, 0, 0];
  const scanlines = modules.flatMap((row) => {
    const line = Buffer.from([noFilter, ...row.map((isDark) => (isDark === invert ? 0xff : 0x00))]);
    return Array.from({ length: pixelsPerModule }, () => line);
  });
  return Buffer.concat([
    signature,
    chunk(
      'IHDR',
      Buffer.concat([
        uint32(pixels),
        uint32(pixels),
        Buffer.from([bitDepth, greyScale, deflate, adaptiveFilter, noInterlace]),
      ]),
    ),
    chunk('IDAT', deflateSync(Buffer.concat(scanlines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The bytes of a file: the QR with a quiet zone of 4. */
export const qrPng = (matrix: QrMatrix): Uint8Array => modulesPng(withQuietZone(matrix, quietZone));

/** The PNG as a data URL, `data:image/png;base64,…`. */
export const qrDataUrl = (matrix: QrMatrix): string =>
  `data:image/png;base64,${Buffer.from(qrPng(matrix)).toString('base64')}`;
