// For consoles that have no block characters: nothing but spaces and the eight oldest background colours.
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
