import type { IBufferCell, Terminal as Screen } from '@xterm/headless';
import decode from 'jsqr';
import type { ShownImage } from './terminal-images.ts';

/** Pixels, four bytes each (red, green, blue, alpha). */
export type Picture = { readonly width: number; readonly height: number; readonly pixels: Uint8ClampedArray };

/** The terminal's default colours. */
type Theme = { readonly foreground: number; readonly background: number };

export const darkTheme: Theme = { foreground: 0xd0d0d0, background: 0x1e1e1e };
export const lightTheme: Theme = { foreground: 0x303030, background: 0xfdf6e3 };

const cellWidth = 8;
/** Halves and thirds of it are whole. */
const cellHeight = 18;
export const cellPixels = { width: cellWidth, height: cellHeight };
const basic = [0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5];
const bright = [0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff];
const cube = [0, 95, 135, 175, 215, 255];

/** The colours of xterm's palette of 256. */
const paletteColour = (index: number): number => {
  if (index < 16) return [...basic, ...bright][index] ?? 0;
  if (index >= 232) return (8 + (index - 232) * 10) * 0x010101;
  const [red = 0, green = 0, blue = 0] = [36, 6, 1].map((step) => cube[Math.floor((index - 16) / step) % 6]);
  return (red << 16) | (green << 8) | blue;
};

/** Which of its sixths have ink, from the upper left one on: Unicode left out the two halves and the whole. */
const sixthsOf = (glyph: string): number => {
  const at = (glyph.codePointAt(0) ?? 0) - 0x1fb00 + 1;
  return at < 0b010101 ? at : at + 1 < 0b101010 ? at + 1 : at + 2;
};

const isInkOfSextant = (glyph: string, x: number, y: number): boolean => {
  const sixth = Math.floor(y / (cellHeight / 3)) * 2 + Number(x >= cellWidth / 2);
  return ((sixthsOf(glyph) >> sixth) & 1) === 1;
};

/** Whether a pixel of the cell is ink. Letters are painted as a smear: they only have to disturb the QR. */
const isInk = (glyph: string, x: number, y: number): boolean => {
  switch (glyph) {
    case '':
    case ' ':
      return false;
    case '▄':
      return y >= cellHeight / 2;
    case '▀':
      return y < cellHeight / 2;
    case '█':
      return true;
    case '▌':
      return x < cellWidth / 2;
    case '▐':
      return x >= cellWidth / 2;
    default:
      if (glyph >= '\u{1fb00}' && glyph <= '\u{1fb3b}') return isInkOfSextant(glyph, x, y);
      return (x + y) % 3 === 0 && x > 0 && y > 3 && y < 13;
  }
};

const coloursOf = (cell: IBufferCell, theme: Theme): [ink: number, paper: number] => {
  const foreground = cell.isFgDefault()
    ? theme.foreground
    : cell.isFgRGB()
      ? cell.getFgColor()
      : paletteColour(cell.getFgColor());
  const background = cell.isBgDefault()
    ? theme.background
    : cell.isBgRGB()
      ? cell.getBgColor()
      : paletteColour(cell.getBgColor());
  return cell.isInverse() ? [background, foreground] : [foreground, background];
};

/** Paints the visible screen as a terminal would, 8 × 18 pixels per cell, with some of the window around it. */
export function takePicture(screen: Screen, theme: Theme, image?: ShownImage): Picture {
  const margin = 2 * cellHeight;
  const width = screen.cols * cellWidth + 2 * margin;
  const height = screen.rows * cellHeight + 2 * margin;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const set = (x: number, y: number, colour: number): void =>
    pixels.set([colour >> 16, (colour >> 8) & 0xff, colour & 0xff, 0xff], (y * width + x) * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) set(x, y, theme.background);
  const buffer = screen.buffer.active;
  for (let row = 0; row < screen.rows; row++) {
    for (let column = 0; column < screen.cols; column++) {
      const cell = buffer.getLine(buffer.viewportY + row)?.getCell(column);
      if (cell === undefined) continue;
      const [ink, paper] = coloursOf(cell, theme);
      const glyph = cell.getChars();
      for (let y = 0; y < cellHeight; y++)
        for (let x = 0; x < cellWidth; x++)
          set(
            margin + column * cellWidth + x,
            margin + row * cellHeight + y,
            isInk(glyph, x, y) ? ink : paper,
          );
    }
  }
  if (image) {
    const { columns, rows } = image.cells ?? {
      columns: image.width / cellWidth,
      rows: image.height / cellHeight,
    };
    const [across, down] = [columns * cellWidth, rows * cellHeight];
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++) {
        const isDark = image.isDark(
          Math.floor((x * image.width) / across),
          Math.floor((y * image.height) / down),
        );
        const at = [margin + image.column * cellWidth + x, margin + image.row * cellHeight + y] as const;
        set(...at, isDark ? 0 : 0xffffff);
      }
  }
  return { width, height, pixels };
}

/** The text of the QR in a picture, as a phone would read it. */
export const readQr = ({ pixels, width, height }: Picture): string | undefined =>
  decode.default(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data;

/** The same picture with every colour turned into its opposite. */
export const negative = ({ width, height, pixels }: Picture): Picture => ({
  width,
  height,
  pixels: pixels.map((value, index) => (index % 4 === 3 ? value : 255 - value)),
});
