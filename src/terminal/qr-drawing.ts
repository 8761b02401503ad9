import { paintAscii } from './qr-ascii.ts';
import { paintHalfBlocks } from './qr-half-blocks.ts';
import { iterm2Image } from './qr-iterm2.ts';
import { kittyImage } from './qr-kitty.ts';
import type { DrawnStyle, QrLayout } from './qr-layout.ts';
import type { QrMatrix } from './qr-matrix.ts';
import { modulesPng } from './qr-png.ts';
import { withQuietZone } from './qr-quiet-zone.ts';
import { paintSextants } from './qr-sextants.ts';
import { sixelImage } from './qr-sixel.ts';
import type { TerminalImage } from './terminal-image.ts';

/** A QR on a terminal: rows of characters, or an image over as many empty ones. */
type QrDrawing = { readonly lines: readonly string[]; readonly image?: TerminalImage };

/** Draws a QR in this style, as it was laid out. */
export function drawQr(
  matrix: QrMatrix,
  style: DrawnStyle,
  { quietZone, size, scale }: QrLayout & { readonly fits: true },
  invert: boolean,
): QrDrawing {
  const modules = withQuietZone(matrix, quietZone);
  const over = (image: TerminalImage): QrDrawing => ({ lines: Array<string>(size.rows).fill(''), image });
  switch (style) {
    case 'half-block':
      return { lines: paintHalfBlocks(modules, invert) };
    case 'sextant':
      return { lines: paintSextants(modules, invert) };
    case 'ascii':
      return { lines: paintAscii(modules, invert) };
    case 'kitty':
      return over(kittyImage(modulesPng(modules, invert), size));
    case 'iterm2':
      return over(iterm2Image(modulesPng(modules, invert), size));
    case 'sixel':
      return over(sixelImage(modules, scale, invert));
  }
}
