import { inflateSync } from 'node:zlib';
import decode from 'jsqr';
import { describe, expect, it } from 'vitest';
import { paintAscii, paintMarks } from '../../src/terminal/qr-ascii.ts';
import { qrContent } from '../../src/terminal/qr-content.ts';
import { paintHalfBlocks } from '../../src/terminal/qr-half-blocks.ts';
import { layOutQr } from '../../src/terminal/qr-layout.ts';
import { paintSextants } from '../../src/terminal/qr-sextants.ts';
import { countdown } from '../../src/terminal/qr-words.ts';
import { chooseQr } from '../../src/terminal/choose-qr.ts';
import { graphicsOf } from '../../src/terminal/terminal-graphics.ts';
import { qrFrame } from '../../src/terminal/qr-frame.ts';
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

describe('painting sextants', () => {
  it('is six modules a character: ink on white, and black where all are dark', () => {
    const six = (bits: number): boolean[][] =>
      [0, 2, 4].map((at) => [(bits >> at) % 2 === 1, (bits >> (at + 1)) % 2 === 1]);
    const painted = (bits: number): string => paintSextants(six(bits), false)[0] ?? '';
    expect(painted(0)).toBe(`${white} ${end}`);
    expect(painted(0b000001)).toBe(`${white}\u{1fb00}${end}`);
    expect(painted(0b010101)).toBe(`${white}▌${end}`);
    expect(painted(0b010110)).toBe(`${white}\u{1fb14}${end}`);
    expect(painted(0b101010)).toBe(`${white}▐${end}`);
    expect(painted(0b111110)).toBe(`${white}\u{1fb3b}${end}`);
    expect(painted(0b111111)).toBe(`${black} ${end}`);
  });

  it('has light modules where the last row and column are missing', () => {
    expect(paintSextants(modules, false)).toEqual([`${white}\u{1fb1b}\u{1fb00}${end}`]);
  });
});

const cell = { width: 8, height: 16 };

describe('layout of 61 modules', () => {
  it.each([
    ['half-block', 69, 38, 4, { columns: 69, rows: 35 }],
    ['half-block', 68, 38, 2, { columns: 65, rows: 33 }],
    ['half-block', 69, 37, 2, { columns: 65, rows: 33 }],
    ['half-block', 65, 36, 2, { columns: 65, rows: 33 }],
    ['sextant', 80, 25, 4, { columns: 35, rows: 23 }],
    ['sextant', 80, 24, 2, { columns: 33, rows: 22 }],
    ['sextant', 32, 23, 1, { columns: 32, rows: 21 }],
    ['kitty', 80, 24, 4, { columns: 44, rows: 22 }],
    ['kitty', 40, 24, 4, { columns: 40, rows: 20 }],
    ['kitty', 200, 70, 4, { columns: 70, rows: 35 }],
    ['iterm2', 80, 15, 4, { columns: 26, rows: 13 }],
    ['sixel', 80, 24, 4, { columns: 44, rows: 22 }],
    ['sixel', 80, 16, 4, { columns: 26, rows: 13 }],
    ['ascii', 130, 67, 2, { columns: 130, rows: 65 }],
  ] as const)('%s fits on %i × %i with a quiet zone of %i', (style, columns, rows, quietZone, size) => {
    expect(layOutQr(61, style, { columns, rows }, cell)).toMatchObject({ fits: true, quietZone, size });
  });

  it.each([
    ['half-block', 64, 36, { columns: 65, rows: 36 }],
    ['half-block', 65, 35, { columns: 65, rows: 36 }],
    ['half-block', 0, 0, { columns: 65, rows: 36 }],
    ['sextant', 80, 22, { columns: 32, rows: 23 }],
    ['sextant', 31, 24, { columns: 32, rows: 23 }],
    ['kitty', 80, 14, { columns: 25, rows: 15 }],
    ['sixel', 0, 0, { columns: 25, rows: 15 }],
    ['ascii', 129, 67, { columns: 130, rows: 67 }],
  ] as const)('%s does not fit on %i × %i', (style, columns, rows, needed) => {
    expect(layOutQr(61, style, { columns, rows }, cell)).toEqual({ fits: false, needed });
  });

  it('a sixel image has whole pixels a module', () => {
    const layout = layOutQr(61, 'sixel', { columns: 80, rows: 24 }, { width: 7, height: 13 });
    expect(layout).toMatchObject({ fits: true, scale: 4, quietZone: 4, size: { columns: 40, rows: 22 } });
  });
});

it('sixels that were asked for where the size of a character is not known take no more rows than there are', () => {
  const terminal = { columns: 80, rows: 24 };
  const { layout } = chooseQr(61, 'sixel', terminal, graphicsOf({}, null));
  if (!layout.fits) throw new Error('they do not fit');
  const pixels = layout.scale * (61 + 2 * layout.quietZone);
  const smallestCell = { width: 6, height: 12 };
  expect([pixels / smallestCell.width <= 80, pixels / smallestCell.height <= 22]).toEqual([true, true]);
});

describe('the screen of a QR', () => {
  const matrix = encodeQr(madeUpPayload(1));
  const otherWays = {
    short: ['wactl pair a PHONE'],
    commands: ['wactl qr a --output qr.png', 'wactl pair a PHONE'],
  };
  const screen = (
    columns: number,
    rows: number,
    view: {
      readonly secondsLeft?: number;
      readonly ofPairing?: number;
      readonly rescan?: boolean;
      readonly env?: Record<string, string>;
    } = {},
  ): readonly string[] => {
    const graphics = graphicsOf(view.env ?? {}, null);
    const choice = chooseQr(matrix.length, 'auto', { columns, rows }, graphics);
    const { isAscii } = graphics;
    const { secondsLeft = 42, rescan = false } = view;
    const left = { ofQr: secondsLeft, ofPairing: view.ofPairing };
    const parts = { matrix, choice, invert: false, left, rescan, otherWays, isAscii };
    return qrFrame(parts, { columns, rows }).lines;
  };

  it('is never larger than the terminal where it is drawn, and leaves a row for a message', () => {
    expect(screen(65, 36)).toHaveLength(35);
    expect(screen(200, 40)).toHaveLength(37);
  });

  it('says where to scan, how long, and what else to do', () => {
    const lines = screen(80, 36);
    expect(lines[0]).toBe('Scan it: WhatsApp > Linked devices > Link a device');
    expect(lines.at(-1)).toBe('renews in 42 s · Ctrl-C stops · does not scan? wactl pair a PHONE');
  });

  it.each([
    [100, 'renews in 42 s · 2 min left · Ctrl-C stops · does not scan? wactl pair a PHONE'],
    [89, 'renews in 42 s · 89 s left · Ctrl-C stops · does not scan? wactl pair a PHONE'],
    [42, 'expires in 42 s · Ctrl-C stops · does not scan? wactl pair a PHONE'],
    [7, 'expires in 7 s · Ctrl-C stops · does not scan? wactl pair a PHONE'],
  ])('says how long the pairing goes on: %i s', (ofPairing, line) => {
    expect(screen(100, 40, { ofPairing }).at(-1)).toBe(line);
  });

  it('leaves out below what does not fit', () => {
    expect(screen(80, 36, { ofPairing: 160 }).at(-1)).toBe(
      'renews in 42 s · 3 min left · Ctrl-C stops · does not scan? wactl pair a PHONE',
    );
    expect(screen(70, 36, { ofPairing: 160 }).at(-1)).toBe(
      'renews in 42 s · Ctrl-C stops · does not scan? wactl pair a PHONE',
    );
    const lines = screen(65, 36);
    expect(lines.at(-1)).toBe('renews in 42 s · Ctrl-C stops · does not scan? wactl pair a PHONE');
    expect(
      countdown(
        { ofQr: 42, ofPairing: undefined },
        { short: ['--web', 'wactl pair a PHONE'], commands: [] },
        { columns: 65, rows: 36 },
      ),
    ).toBe('renews in 42 s · does not scan? --web, wactl pair a PHONE');
    expect(countdown({ ofQr: 42, ofPairing: undefined }, otherWays, { columns: 32, rows: 24 })).toBe(
      'renews in 42 s',
    );
    expect(
      countdown({ ofQr: 42, ofPairing: undefined }, { short: [], commands: [] }, { columns: 0, rows: 0 }),
    ).toBe('renews in 42 s · Ctrl-C stops');
  });

  it('asks for another scan within the same space', () => {
    const lines = screen(65, 36, { rescan: true });
    expect(lines).toHaveLength(35);
    expect(lines[0]).toBe('Scan once more: WhatsApp > Linked devices > Link a device');
  });

  it('says how much space is missing if it does not fit', () => {
    expect(screen(80, 24)).toEqual([
      'The QR needs 65 × 36, this terminal has 80 × 24: enlarge it or zoom out',
      '',
      'Or stop with Ctrl-C and use:',
      '  wactl qr a --output qr.png',
      '  wactl pair a PHONE',
      '',
      'The QR expires in 42 s',
    ]);
  });

  it('asks for no more than the smallest drawing needs', () => {
    expect(screen(80, 20, { env: { TERM: 'foot' } })[0]).toBe(
      'The QR needs 32 × 23, this terminal has 80 × 20: enlarge it or zoom out',
    );
  });

  it('says so where the terminal has no size', () => {
    expect(screen(0, 0)[0]).toBe('The QR needs 65 × 36, this terminal does not say how large it is');
  });

  it('has no other words than ASCII where that is all there is', () => {
    const env = { LC_ALL: 'C' };
    expect(screen(80, 24, { env })[0]).toBe(
      'The QR needs 130 x 67, this terminal has 80 x 24: enlarge it or zoom out',
    );
    expect(screen(140, 70, { env }).at(-1)).toBe(
      'renews in 42 s - Ctrl-C stops - does not scan? wactl pair a PHONE',
    );
    for (const secondsLeft of [0, 42])
      expect(screen(140, 70, { env, secondsLeft }).join('')).toMatch(/^[\x1b -~]*$/);
  });

  it('shows no QR that has expired', () => {
    expect(screen(120, 40, { secondsLeft: 0 })).toEqual(['This QR has expired. Waiting for the next one…']);
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
