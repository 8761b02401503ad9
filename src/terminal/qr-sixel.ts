// Sixel: bands of six rows of pixels, one character for the six pixels of a column. DEC STD 070, chapter 9.
import type { QrMatrix } from './qr-matrix.ts';
import type { TerminalImage } from './terminal-image.ts';

const bandHeight = 6;
const [dark, light] = ['#0', '#1'];
const colours = `${dark};2;0;0;0${light};2;100;100;100`;

/** `count` times a character, shortened where that is shorter. */
const repeated = (character: string, count: number): string =>
  count > 3 ? `!${count}${character}` : character.repeat(count);

/** One colour of a band: the columns in which `isOn` tells which of the six pixels have it. */
function band(modules: number, scale: number, isOn: (row: number, module: number) => boolean): string {
  let line = '';
  let run = { character: '', count: 0 };
  for (let module = 0; module < modules; module++) {
    let bits = 0;
    for (let row = 0; row < bandHeight; row++) if (isOn(row, module)) bits |= 1 << row;
    const character = String.fromCharCode(63 + bits);
    if (character === run.character) run.count += scale;
    else {
      line += repeated(run.character, run.count);
      run = { character, count: scale };
    }
  }
  return line + repeated(run.character, run.count);
}

/** The modules, `scale` pixels each, as they are: with the quiet zone. */
export function sixelImage(modules: QrMatrix, scale: number, invert: boolean): TerminalImage {
  const side = modules.length * scale;
  let bands = '';
  for (let top = 0; top < side; top += bandHeight) {
    const colour = (wanted: boolean): string =>
      band(modules.length, scale, (row, module) => {
        const isDark = modules[Math.floor((top + row) / scale)]?.[module];
        return isDark !== undefined && (isDark !== invert) === wanted;
      });
    bands += `${dark}${colour(true)}$${light}${colour(false)}-`;
  }
  return { draw: `\x1bP0;1;0q"1;1;${side};${side}${colours}${bands}\x1b\\`, wipe: '' };
}
