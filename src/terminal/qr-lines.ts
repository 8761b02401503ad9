import { paintAscii } from './qr-ascii.ts';
import { paintHalfBlocks } from './qr-half-blocks.ts';
import { layOutQr } from './qr-layout.ts';
import type { DrawnStyle, Size } from './qr-layout.ts';
import type { QrMatrix } from './qr-matrix.ts';
import { withQuietZone } from './qr-quiet-zone.ts';
import { wrapWords } from './wrap-words.ts';

/** The content of the screen at one moment. */
type QrView = {
  readonly matrix: QrMatrix;
  readonly style: DrawnStyle;
  readonly invert: boolean;
  readonly secondsLeft: number;
  /** One was scanned that WhatsApp has replaced since. */
  readonly rescan: boolean;
  /** Commands that reach the same without this screen. */
  readonly otherWays: readonly string[];
};

const where = 'WhatsApp > Linked devices > Link a device';
const again = 'Scan once more: WhatsApp asks for it';
const orElse = (ways: readonly string[]): string[] => [
  'Or stop with Ctrl-C and use:',
  ...ways.map((way) => `  ${way}`),
];

const tooSmall = (needed: Size, terminal: Size): string =>
  terminal.columns > 0 && terminal.rows > 0
    ? `The QR needs ${needed.columns} × ${needed.rows}, this terminal has ${terminal.columns} × ${terminal.rows}: enlarge it or zoom out`
    : `The QR needs ${needed.columns} × ${needed.rows}, this terminal does not say how large it is`;

/** The rows of the screen: the whole QR with its countdown below, or why it is not there and what else to do. */
export function qrLines(view: QrView, terminal: Size): string[] {
  const { matrix, secondsLeft, otherWays } = view;
  if (secondsLeft === 0) return wrapWords('This QR has expired. Waiting for the next one…', terminal.columns);
  const layout = layOutQr(matrix.length, view.style, terminal);
  if (!layout.fits) {
    const lines = [
      tooSmall(layout.needed, terminal),
      '',
      ...orElse(otherWays),
      '',
      `The QR expires in ${secondsLeft} s`,
    ];
    return lines.flatMap((line) => wrapWords(line, terminal.columns));
  }
  const paint = view.style === 'half-block' ? paintHalfBlocks : paintAscii;
  return [
    ...paint(withQuietZone(matrix, layout.quietZone), view.invert),
    `${view.rescan ? again : where} (expires in ${secondsLeft} s)`,
  ];
}
