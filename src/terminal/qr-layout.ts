import type { QrStyle } from '../domain/qr-output.ts';

/** `half-block`: two modules a character. `ascii`: two spaces a module, for consoles without block characters. */
export type DrawnStyle = Exclude<QrStyle, 'auto'>;

/** Columns and rows of a terminal, or of a drawing on it. */
export type Size = { readonly columns: number; readonly rows: number };

type QrLayout =
  | { readonly fits: true; readonly quietZone: number }
  /** `needed` is the least that the QR and the line below it take. */
  | { readonly fits: false; readonly needed: Size };

/** In modules. The standard asks for 4; readers were seen to do with 2 on every theme, and with 1 mostly. */
const quietZones = [4, 2, 1] as const;

const linesBelow = 1;

const sizeOf = (modules: number, style: DrawnStyle): Size =>
  style === 'half-block'
    ? { columns: modules, rows: Math.ceil(modules / 2) + linesBelow }
    : { columns: modules * 2, rows: modules + linesBelow };

/** Decides how a QR of `modules` × `modules` is drawn on a terminal: with the widest quiet zone that fits, or not at all. */
export function layOutQr(modules: number, style: DrawnStyle, terminal: Size): QrLayout {
  let needed: Size = { columns: 0, rows: 0 };
  for (const quietZone of quietZones) {
    needed = sizeOf(modules + 2 * quietZone, style);
    if (needed.columns <= terminal.columns && needed.rows <= terminal.rows) return { fits: true, quietZone };
  }
  return { fits: false, needed };
}
