import { wrapWords } from './wrap-words.ts';

const shown = (code: string): string => (code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code);

/**
 * Lines that say where to type the code, within `columns` (0: unknown); `strong` marks it. The code comes without a dash,
 * "ABCDEFGH".
 */
export function pairCodeLines(
  code: string,
  phone: string,
  secondsLeft: number,
  columns: number,
  strong: (text: string) => string,
): string[] {
  const wrap = (lines: readonly string[]): string[] => lines.flatMap((line) => wrapWords(line, columns));
  if (secondsLeft === 0) return wrap(['This pairing code has expired.']);
  return [
    ...wrap([`Pairing code for +${phone}:`, '']),
    `    ${strong(shown(code))}`,
    ...wrap([
      '',
      'On that phone, in WhatsApp:',
      '  1. Settings > Linked devices > Link a device',
      '  2. Link with phone number instead',
      '  3. type the code',
      '',
      `The code expires in ${secondsLeft} s`,
    ]),
  ];
}
