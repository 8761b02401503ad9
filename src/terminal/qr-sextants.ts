// Six modules a character: for terminals that draw these themselves, so that no font decides whether they fill their cell.
import { blackOnWhite, plain, whiteOnBlack } from './qr-colours.ts';
import type { QrMatrix } from './qr-matrix.ts';

const [columnsEach, rowsEach] = [2, 3];
const allDark = 0b111111;
const leftHalf = 0b010101;
const rightHalf = 0b101010;

/**
 * The character whose ink is where `bits` are set: bit 0 is the upper left sixth, bit 1 the upper right one, and so on
 * downwards. U+1FB00 to U+1FB3B are in this order, without the four that Unicode had before (Unicode 13, chapter 22.7).
 */
function sextant(bits: number): string {
  if (bits === leftHalf) return '▌';
  if (bits === rightHalf) return '▐';
  const missing = 1 + Number(bits > leftHalf) + Number(bits > rightHalf);
  return String.fromCodePoint(0x1fb00 + bits - missing);
}

function bitsAt(modules: QrMatrix, top: number, left: number, invert: boolean): number {
  let bits = 0;
  for (let at = 0; at < rowsEach * columnsEach; at++) {
    const isDark = modules[top + Math.floor(at / columnsEach)]?.[left + (at % columnsEach)] ?? false;
    if (isDark !== invert) bits |= 1 << at;
  }
  return bits;
}

/** Paints 2 × 3 modules a character; each line stands for itself. What is missing at the right and below is light. */
export function paintSextants(modules: QrMatrix, invert: boolean): string[] {
  const lines: string[] = [];
  for (let top = 0; top < modules.length; top += rowsEach) {
    let line = '';
    let colours = '';
    for (let left = 0; left < (modules[top]?.length ?? 0); left += columnsEach) {
      const bits = bitsAt(modules, top, left, invert);
      const wanted = bits === allDark ? whiteOnBlack : blackOnWhite;
      if (wanted !== colours) line += colours = wanted;
      line += bits === allDark || bits === 0 ? ' ' : sextant(bits);
    }
    lines.push(line + plain);
  }
  return lines;
}
