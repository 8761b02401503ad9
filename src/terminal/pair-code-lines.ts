const shown = (code: string): string => (code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code);

/** Lines that say where to type the code; `strong` marks it. The code comes without a dash, "ABCDEFGH". */
export const pairCodeLines = (
  code: string,
  phone: string,
  secondsLeft: number,
  strong: (text: string) => string,
): string[] =>
  secondsLeft === 0
    ? ['This pairing code has expired.']
    : [
        `Pairing code for +${phone}:`,
        '',
        `    ${strong(shown(code))}`,
        '',
        'On that phone, in WhatsApp:',
        '  1. Settings > Linked devices > Link a device',
        '  2. Link with phone number instead',
        '  3. type the code',
        '',
        `The code expires in ${secondsLeft} s`,
      ];
