// The painting that readers decode on dark and light themes and across fonts: explicit black and white on every cell,
// a space where both halves agree and a lower half block where they differ. Ink drawn with full blocks breaks at the
// gaps that fonts leave between lines; a background has no gaps.
import { blackOnWhite, plain, whiteOnBlack } from './qr-colours.ts';
import type { QrMatrix } from './qr-matrix.ts';

/** Paints two modules a character, one above the other; each line stands for itself. A missing last row is light. */
export function paintHalfBlocks(modules: QrMatrix, invert: boolean): string[] {
  const lines: string[] = [];
  for (let top = 0; top < modules.length; top += 2) {
    const upper = modules[top] ?? [];
    const lower = modules[top + 1] ?? [];
    let line = '';
    let colours = '';
    for (let column = 0; column < upper.length; column++) {
      const isUpperDark = upper[column] ?? false;
      const isLowerDark = lower[column] ?? false;
      const wanted = isUpperDark === invert ? blackOnWhite : whiteOnBlack;
      if (wanted !== colours) line += colours = wanted;
      line += isUpperDark === isLowerDark ? ' ' : '▄';
    }
    lines.push(line + plain);
  }
  return lines;
}
