import { inflateSync } from 'node:zlib';
import type { Picture } from './terminal-picture.ts';

const signatureBytes = 8;
const rgb = 2;
const rgba = 6;

/** The value that a filter predicts, of the bytes to the left, above, and above to the left (PNG, third edition, section 9). */
const predicted = (filter: number, left: number, above: number, corner: number): number => {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter === 0) return 0;
  const estimate = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
};

/** Reads a PNG of a browser: 8 bits a channel, RGB or RGBA, not interlaced. */
export function pictureOfPng(png: Buffer): Picture {
  const parts: Buffer[] = [];
  for (let at = signatureBytes; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const [depth, colours, interlace] = [png[24], png[25], png[28]];
  if (depth !== 8 || (colours !== rgb && colours !== rgba) || interlace !== 0)
    throw new Error('not a PNG of the kind that browsers make');
  const channels = colours === rgb ? 3 : 4;
  const bytes = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(0xff);
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1);
    const filter = bytes[start] ?? 0;
    const row = Buffer.from(bytes.subarray(start + 1, start + 1 + stride));
    for (let x = 0; x < stride; x++) {
      const [left, corner] = x < channels ? [0, 0] : [row[x - channels] ?? 0, above[x - channels] ?? 0];
      row[x] = (row[x] ?? 0) + predicted(filter, left, above[x] ?? 0, corner);
    }
    for (let x = 0; x < width; x++)
      pixels.set(row.subarray(x * channels, x * channels + channels), (y * width + x) * 4);
    above = row;
  }
  return { width, height, pixels };
}
