import type { OtherWays } from '../ports/io.ts';
import { fitParts } from './fit-parts.ts';
import type { Size } from './qr-layout.ts';
import { sanitize } from './sanitize.ts';
import { wrapWords } from './wrap-words.ts';

/** The line above a QR. */
export const whereToScan = (isRescan: boolean): string =>
  `${isRescan ? 'Scan once more' : 'Scan it'}: WhatsApp > Linked devices > Link a device`;

/** The line below a QR, within the width of the terminal. */
export function countdown(secondsLeft: number, { short }: OtherWays, { columns }: Size): string {
  const renews = `renews in ${secondsLeft} s`;
  const stops = 'Ctrl-C stops';
  const instead = short.length === 0 ? [] : [`does not scan? ${sanitize(short.join(', '))}`];
  return fitParts([renews, stops, ...instead], [...instead, stops], columns);
}

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
export const inAscii = (line: string): string => line.replace(/[×·…]/g, (mark) => asciiMarks[mark] ?? mark);
