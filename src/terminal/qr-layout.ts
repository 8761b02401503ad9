import type { QrStyle } from '../domain/qr-output.ts';

export type DrawnStyle = Exclude<QrStyle, 'auto'>;

/** Columns and rows of a terminal, or of a drawing on it. */
export type Size = { readonly columns: number; readonly rows: number };

/** Pixels of one character. */
export type CellSize = { readonly width: number; readonly height: number };

export type QrLayout =
  /** `size`: of the QR with its quiet zone, in characters. `scale`: pixels a module, of images. */
  | { readonly fits: true; readonly quietZone: number; readonly size: Size; readonly scale: number }
  /** `needed` is the least that the QR and its lines take. */
  | { readonly fits: false; readonly needed: Size };

/**
 * In modules. The standard asks for 4; readers do with 2 on every theme. With 1, half of the fonts that were tried fail in half
 * blocks; terminals that draw the characters themselves leave no gaps, so that 1 is enough for sextants.
 */
const quietZones: Readonly<Record<DrawnStyle, readonly number[]>> = {
  'half-block': [4, 2],
  sextant: [4, 2, 1],
  kitty: [4, 2],
  iterm2: [4, 2],
  sixel: [4, 2],
  ascii: [4, 2],
};

/** The line above and the line below; and where there is no shortage of rows, one for a message. */
const lines: Readonly<Record<DrawnStyle, number>> = {
  'half-block': 3,
  sextant: 2,
  kitty: 2,
  iterm2: 2,
  sixel: 2,
  ascii: 2,
};

/** The modules in one character. */
const modulesInCell = {
  'half-block': { across: 1, down: 2 },
  sextant: { across: 2, down: 3 },
  ascii: { across: 0.5, down: 1 },
} as const;

/** Smaller ones were not read from a screen. In pixels. */
const leastModule = 3;

/** An image gets no more rows than half blocks would. */
const mostImageRows = 35;

/** Decides how a QR of `modules` × `modules` is drawn on a terminal: with the widest quiet zone that fits, or not at all. */
export function layOutQr(modules: number, style: DrawnStyle, terminal: Size, cell: CellSize): QrLayout {
  let needed: Size = { columns: 0, rows: 0 };
  for (const quietZone of quietZones[style]) {
    const side = modules + 2 * quietZone;
    const room = { columns: terminal.columns, rows: terminal.rows - lines[style] };
    const { size, scale } =
      style === 'half-block' || style === 'sextant' || style === 'ascii'
        ? { size: charactersFor(side, style), scale: 0 }
        : imageFor(side, style, room, cell);
    if (size.columns <= room.columns && size.rows <= room.rows) return { fits: true, quietZone, size, scale };
    needed = { columns: size.columns, rows: size.rows + lines[style] };
  }
  return { fits: false, needed };
}

function charactersFor(side: number, style: keyof typeof modulesInCell): Size {
  const { across, down } = modulesInCell[style];
  return { columns: Math.ceil(side / across), rows: Math.ceil(side / down) };
}

/** The largest image in this room; where that is too small to be read, the least that can be. */
function imageFor(
  side: number,
  style: DrawnStyle,
  room: Size,
  { width, height }: CellSize,
): { size: Size; scale: number } {
  const most = Math.min(Math.min(room.rows, mostImageRows) * height, room.columns * width);
  const least = side * leastModule;
  // The other protocols have the terminal fit the image into its cells.
  const scale = style === 'sixel' ? Math.max(leastModule, Math.floor(most / side)) : 0;
  const pixels = scale === 0 ? most : side * scale;
  const isWhole = scale === 0 && most >= least;
  const cells = (pixelsEach: number): number =>
    isWhole ? Math.floor(pixels / pixelsEach) : Math.ceil(Math.max(pixels, least) / pixelsEach);
  return { scale, size: { columns: cells(width), rows: cells(height) } };
}
