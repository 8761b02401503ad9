import { inflateSync } from 'node:zlib';
import decode from 'jsqr';
import { describe, expect, it } from 'vitest';
import { paintAscii, paintMarks } from '../../src/terminal/qr-ascii.ts';
import { qrContent } from '../../src/terminal/qr-content.ts';
import { paintHalfBlocks } from '../../src/terminal/qr-half-blocks.ts';
import { layOutQr } from '../../src/terminal/qr-layout.ts';
import { qrLines } from '../../src/terminal/qr-lines.ts';
import { encodeQr } from '../../src/terminal/qr-matrix.ts';
import { withQuietZone } from '../../src/terminal/qr-quiet-zone.ts';
import { madeUpPayload } from '../support/qr-payload.ts';

const modules = [
  [true, false, true],
  [true, true, false],
  [true, false, false],
];
const white = '\x1b[38;5;16;48;5;231m';
const black = '\x1b[38;5;231;48;5;16m';
const end = '\x1b[0m';

const read = (matrix: readonly (readonly boolean[])[]): string | undefined => {
  const scale = 4;
  const width = matrix.length * scale;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++)
      if (matrix[Math.floor(y / scale)]?.[Math.floor(x / scale)]) pixels.set([0, 0, 0], (y * width + x) * 4);
  return decode.default(pixels, width, width, { inversionAttempts: 'dontInvert' })?.data;
};

describe('a QR matrix', () => {
  it('is 61 × 61 for a payload of WhatsApp, and encodes it', () => {
    const payload = madeUpPayload(1);
    const matrix = encodeQr(payload);
    expect(payload).toHaveLength(277);
    expect(matrix).toHaveLength(61);
    expect(matrix.every((row) => row.length === 61)).toBe(true);
    expect(read(withQuietZone(matrix, 4))).toBe(payload);
  });

  it.each(Array.from({ length: 10 }, (_, index) => index + 2))('can be read, payload %i', (seed) => {
    const payload = madeUpPayload(seed);
    expect(read(withQuietZone(encodeQr(payload), 4))).toBe(payload);
  });

  it('takes any text', () => {
    expect(read(withQuietZone(encodeQr('Žofia 李'), 4))).toBe('Žofia 李');
  });
});

describe('painting', () => {
  it('half blocks: a space where the halves agree, the lower half where they differ', () => {
    expect(paintHalfBlocks(modules, false)).toEqual([
      `${black} ${white}▄${black}▄${end}`,
      `${black}▄${white}  ${end}`,
    ]);
  });

  it('half blocks, inverted', () => {
    expect(paintHalfBlocks(modules, true)).toEqual([
      `${white} ${black}▄${white}▄${end}`,
      `${white}▄${black}  ${end}`,
    ]);
  });

  it('ascii: two spaces per module', () => {
    expect(paintAscii(modules, false)).toEqual([
      '\x1b[40m  \x1b[47m  \x1b[40m  \x1b[0m',
      '\x1b[40m    \x1b[47m  \x1b[0m',
      '\x1b[40m  \x1b[47m    \x1b[0m',
    ]);
  });
});

describe('painting without colours', () => {
  it('marks: two per module', () => {
    expect(paintMarks(modules, false)).toEqual(['##  ##', '####  ', '##    ']);
    expect(paintMarks(modules, true)).toEqual(['  ##  ', '    ##', '  ####']);
  });
});

describe('layout of 61 modules', () => {
  it.each([
    ['half-block', 69, 36, { fits: true, quietZone: 4 }],
    ['half-block', 68, 36, { fits: true, quietZone: 2 }],
    ['half-block', 69, 35, { fits: true, quietZone: 2 }],
    ['half-block', 65, 34, { fits: true, quietZone: 2 }],
    ['half-block', 63, 33, { fits: true, quietZone: 1 }],
    ['half-block', 62, 33, { fits: false, needed: { columns: 63, rows: 33 } }],
    ['half-block', 63, 32, { fits: false, needed: { columns: 63, rows: 33 } }],
    ['half-block', 0, 0, { fits: false, needed: { columns: 63, rows: 33 } }],
    ['ascii', 126, 64, { fits: true, quietZone: 1 }],
    ['ascii', 125, 64, { fits: false, needed: { columns: 126, rows: 64 } }],
  ] as const)('%s on %i × %i', (style, columns, rows, layout) => {
    expect(layOutQr(61, style, { columns, rows })).toEqual(layout);
  });
});

describe('the screen of a QR', () => {
  const view = {
    matrix: encodeQr(madeUpPayload(1)),
    style: 'half-block',
    invert: false,
    secondsLeft: 42,
    rescan: false,
    otherWays: ['wactl qr a --output qr.png', 'wactl pair a PHONE'],
  } as const;

  it('is never larger than the terminal where it is drawn', () => {
    expect(qrLines(view, { columns: 63, rows: 33 })).toHaveLength(33);
    expect(qrLines(view, { columns: 200, rows: 36 })).toHaveLength(36);
  });

  it('asks for another scan within the same space', () => {
    const lines = qrLines({ ...view, rescan: true }, { columns: 63, rows: 33 });
    expect(lines).toHaveLength(33);
    expect(lines.at(-1)).toBe('Scan once more: WhatsApp asks for it (expires in 42 s)');
    expect(lines.at(-1)?.length).toBeLessThanOrEqual(63);
  });

  it('says how much space is missing if it does not fit', () => {
    expect(qrLines(view, { columns: 80, rows: 24 })).toEqual([
      'The QR needs 63 × 33, this terminal has 80 × 24: enlarge it or zoom out',
      '',
      'Or stop with Ctrl-C and use:',
      '  wactl qr a --output qr.png',
      '  wactl pair a PHONE',
      '',
      'The QR expires in 42 s',
    ]);
  });

  it('says so where the terminal has no size', () => {
    expect(qrLines(view, { columns: 0, rows: 0 })[0]).toBe(
      'The QR needs 63 × 33, this terminal does not say how large it is',
    );
  });

  it('shows no QR that has expired', () => {
    expect(qrLines({ ...view, secondsLeft: 0 }, { columns: 120, rows: 40 })).toEqual([
      'This QR has expired. Waiting for the next one…',
    ]);
  });
});

describe('a QR as a file', () => {
  const payload = madeUpPayload(3);
  const modulesPerSide = 69;
  const pixels = modulesPerSide * 8;

  it('is a PNG with one bit per pixel', () => {
    const png = Buffer.from(qrContent(payload, 'png') as Uint8Array);
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(png.subarray(12, 16).toString()).toBe('IHDR');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([pixels, pixels]);
    expect([...png.subarray(24, 29)]).toEqual([1, 0, 0, 0, 0]);
    const length = png.readUInt32BE(33);
    const scanlines = inflateSync(png.subarray(41, 41 + length));
    expect(scanlines).toHaveLength(pixels * (1 + modulesPerSide));
    const matrix = Array.from({ length: modulesPerSide }, (_, row) => {
      const start = row * 8 * (1 + modulesPerSide) + 1;
      return Array.from(scanlines.subarray(start, start + modulesPerSide), (byte) => byte === 0);
    });
    expect(read(matrix)).toBe(payload);
  });

  it('is the same PNG as a data URL', () => {
    const png = Buffer.from(qrContent(payload, 'png') as Uint8Array);
    expect(qrContent(payload, 'data-url')).toBe(`data:image/png;base64,${png.toString('base64')}`);
  });

  it('is an SVG whose path has the dark modules', () => {
    const svg = qrContent(payload, 'svg') as string;
    expect(svg).toContain(`viewBox="0 0 ${modulesPerSide} ${modulesPerSide}"`);
    const matrix = Array.from({ length: modulesPerSide }, () => Array<boolean>(modulesPerSide).fill(false));
    for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
      matrix[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
    expect(read(matrix)).toBe(payload);
  });

  it('is the payload itself when raw', () => {
    expect(qrContent(payload, 'raw')).toBe(payload);
  });
});
