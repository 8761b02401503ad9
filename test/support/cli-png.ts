import { inflateSync } from 'node:zlib';
import { readQr } from './terminal-picture.ts';

const firstChunk = 8;
const pixelsWide = 16;

/** The text of the QR in a PNG of wactl's kind (one bit a pixel, no filter), as a phone would read it. */
export function readPng(png: Buffer): string {
  const width = png.readUInt32BE(pixelsWide);
  const lines = inflateSync(chunk(png, 'IDAT'));
  const pixels = new Uint8ClampedArray(width * width * 4).fill(0xff);
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++) {
      const isWhite = ((lines[y * (width / 8 + 1) + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
      if (!isWhite) pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  const text = readQr({ width, height: width, pixels });
  if (text === undefined) throw new Error('there is no QR in this picture');
  return text;
}

function chunk(png: Buffer, wanted: string): Buffer {
  for (let at = firstChunk; at < png.length;) {
    const length = png.readUInt32BE(at);
    const data = at + 8;
    if (png.toString('latin1', at + 4, data) === wanted) return png.subarray(data, data + length);
    at = data + length + 4;
  }
  throw new Error(`this PNG has no ${wanted}`);
}
