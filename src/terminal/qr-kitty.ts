// kitty graphics protocol: a PNG in base64, in pieces of 4096 characters. `q=2`: no answer, which would be typed input.
// https://sw.kovidgoyal.net/kitty/graphics-protocol/
import type { Size } from './qr-layout.ts';
import type { TerminalImage } from './terminal-image.ts';

/** Of our one image; a new one with the same number replaces the old one. */
const id = 0x77616374;
const pieceLength = 4096;

/** The PNG over as many cells. It is no text, so nothing but its deletion wipes it. */
export function kittyImage(png: Uint8Array, { columns, rows }: Size): TerminalImage {
  const text = Buffer.from(png).toString('base64');
  let draw = '';
  for (let start = 0; start < text.length; start += pieceLength) {
    const place = start === 0 ? `a=T,f=100,i=${id},p=1,c=${columns},r=${rows},C=1,` : '';
    const isLast = start + pieceLength >= text.length;
    draw += `\x1b_G${place}q=2,m=${isLast ? 0 : 1};${text.slice(start, start + pieceLength)}\x1b\\`;
  }
  return { draw, wipe: `\x1b_Ga=d,d=I,i=${id},q=2\x1b\\` };
}
