import type { OtherWays } from '../ports/io.ts';
import { fitParts } from './fit-parts.ts';
import type { Size } from './qr-layout.ts';
import { sanitize } from './sanitize.ts';
import { wrapWords } from './wrap-words.ts';

/** The line above a QR. */
export const whereToScan = (isRescan: boolean): string =>
  `${isRescan ? 'Scan once more' : 'Scan it'}: WhatsApp > Linked devices > Link a device`;

/** Seconds that a QR is valid, and until the pairing ends where that is known. */
export type TimeLeft = { readonly ofQr: number; readonly ofPairing: number | undefined };

/** The line below a QR, within the width of the terminal. */
export function countdown({ ofQr, ofPairing }: TimeLeft, { short }: OtherWays, { columns }: Size): string {
  const isLast = ofPairing !== undefined && ofPairing <= ofQr;
  const next = isLast ? `expires in ${ofPairing} s` : `renews in ${ofQr} s`;
  const left = isLast || ofPairing === undefined ? [] : [roughly(ofPairing)];
  const stops = 'Ctrl-C stops';
  const instead = short.length === 0 ? [] : [`does not scan? ${sanitize(short.join(', '))}`];
  return fitParts([next, ...left, stops, ...instead], [...instead, stops, ...left], columns);
}

const roughly = (seconds: number): string =>
  seconds < 90 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;

export const expired = (terminal: Size): string[] =>
  wrapWords('This QR has expired. Waiting for the next one…', terminal.columns);

/** The lines instead of a QR that does not fit. */
export function tooLarge(
  needed: Size,
  terminal: Size,
  secondsLeft: number,
  { commands }: OtherWays,
): string[] {
  const has =
    terminal.columns > 0 && terminal.rows > 0
      ? `this terminal has ${terminal.columns} × ${terminal.rows}: enlarge it or zoom out`
      : 'this terminal does not say how large it is';
  const lines = [
    `The QR needs ${needed.columns} × ${needed.rows}, ${has}`,
    '',
    'Or stop with Ctrl-C and use:',
    ...commands.map((command) => `  ${sanitize(command)}`),
    '',
    `The QR expires in ${secondsLeft} s`,
  ];
  return lines.flatMap((line) => wrapWords(line, terminal.columns));
}

const asciiMarks: Readonly<Record<string, string>> = { '×': 'x', '·': '-', '…': '...' };

/** The same words for a terminal that shows nothing but ASCII as it is meant. */
export const inAscii = (line: string): string =>
  line.replace(/[\u00d7\u00b7\u2026]/g, (mark) => asciiMarks[mark] ?? mark);
