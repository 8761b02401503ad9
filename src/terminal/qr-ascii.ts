// For consoles that have no block characters (nothing but spaces and the eight oldest background colours), and for logs
// that have no colours either.
import type { QrMatrix } from './qr-matrix.ts';

const white = '\x1b[47m';
const black = '\x1b[40m';
const reset = '\x1b[0m';

/** Paints a module as two spaces on white or black; each line stands for itself. */
export const paintAscii = (modules: QrMatrix, invert: boolean): string[] =>
  modules.map((row) => {
    let line = '';
    let colour = '';
    for (const isDark of row) {
      const wanted = isDark === invert ? white : black;
      if (wanted !== colour) line += colour = wanted;
      line += '  ';
    }
    return line + reset;
  });

/** Paints a dark module as `##` and a light one as two spaces: right on a light background, with `invert` on a dark one. */
export const paintMarks = (modules: QrMatrix, invert: boolean): string[] =>
  modules.map((row) => row.map((isDark) => (isDark === invert ? '  ' : '##')).join(''));
