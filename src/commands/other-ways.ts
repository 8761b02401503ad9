import type { Context } from '../context.ts';
import type { OtherWays } from '../ports/io.ts';

/** Flags that say how this QR is drawn and where it goes, and whether a value follows. */
const drawing: Readonly<Record<string, boolean>> = {
  '--style': true,
  '--format': true,
  '--output': true,
  '--invert': false,
};

/** A word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The arguments without those that draw a QR. */
function withoutDrawing(args: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    const [flag = ''] = word.split('=');
    const hasValue = drawing[flag];
    if (hasValue === undefined) kept.push(word);
    else if (hasValue && !word.includes('=')) at++;
  }
  return kept;
}

/**
 * The ways to pair beside the QR on this terminal, for a session that `create` makes or that is there: what was typed, with every
 * flag, but with the QR on a page or in a file, or with a code.
 */
export function otherWays(cx: Context, id: string): OtherWays {
  const args = withoutDrawing(cx.args);
  const line = (words: readonly string[]): string => ['wactl', ...words.map(quoted)].join(' ');
  if (args.includes('create')) {
    const ways = ['--web', '--output qr.png', '--pair PHONE'];
    return { short: ['--web', '--pair'], commands: ways.map((way) => `${line(args)} ${way}`) };
  }
  const byCode = `wactl pair ${id} PHONE`;
  const onPage = `wactl qr ${id} --web`;
  const inFile = `wactl qr ${id} --output qr.png`;
  if (!args.includes('qr')) return { short: [byCode], commands: [onPage, inFile, byCode] };
  const pairing = args.map((word) => (word === 'qr' ? 'pair' : word));
  const commands = [`${line(args)} --web`, `${line(args)} --output qr.png`, `${line(pairing)} PHONE`];
  return { short: ['--web', byCode], commands };
}
