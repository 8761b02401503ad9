import type { OtherWays } from '../ports/io.ts';
import type { QrChoice } from './choose-qr.ts';
import type { Frame } from './full-screen.ts';
import { drawQr } from './qr-drawing.ts';
import type { Size } from './qr-layout.ts';
import type { QrMatrix } from './qr-matrix.ts';
import { countdown, expired, inAscii, tooLarge, whereToScan } from './qr-words.ts';
import type { TimeLeft } from './qr-words.ts';

/** What is to be seen at one moment. */
type QrView = {
  readonly matrix: QrMatrix;
  readonly choice: QrChoice;
  readonly invert: boolean;
  readonly left: TimeLeft;
  /** One was scanned that WhatsApp has replaced since. */
  readonly rescan: boolean;
  readonly otherWays: OtherWays;
  /** Whether the words have to do with ASCII. */
  readonly isAscii: boolean;
};

/** The screen: the QR between a line that says where to scan it and its countdown, or why it is not there and what else to do. */
export function qrFrame(view: QrView, terminal: Size): Frame {
  const { left, otherWays } = view;
  const { style, layout } = view.choice;
  const word = (line: string): string => (view.isAscii ? inAscii(line) : line);
  if (left.ofQr === 0) return { lines: expired(terminal).map(word) };
  if (!layout.fits) return { lines: tooLarge(layout.needed, terminal, left.ofQr, otherWays).map(word) };
  const { lines, image } = drawQr(view.matrix, style, layout, view.invert);
  const above = word(whereToScan(view.rescan));
  const below = word(countdown(left, otherWays, terminal));
  return { lines: [above, ...lines, below], ...(image && { image: { ...image, row: 1 } }) };
}
