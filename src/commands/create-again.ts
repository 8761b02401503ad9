/** What a person can copy into a shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** An address may have a password in it, and a code is one: neither is printed once more. */
const isPrivate = (word: string): boolean => word.includes('://') || word.startsWith('--code');

/** The command line that makes this session again: `args` as they were typed, with its id. */
export function createAgain(args: readonly string[], id: string): string {
  const short = `wactl create ${id}`;
  const at = args.indexOf('create');
  if (at === -1) return short;
  if (args.some(isPrivate)) return `${short}, and the same flags`;
  const words = args.includes(id) ? args : [...args.slice(0, at + 1), id, ...args.slice(at + 1)];
  return ['wactl', ...words.map(quoted)].join(' ');
}

/** The same line for a pairing by QR: without the phone and what belongs to its code. */
export const byQr = (args: readonly string[]): readonly string[] =>
  args.filter((word, at) => {
    const isValue = ['--pair', '--code', '--code-file'].includes(args[at - 1] ?? '');
    return !isValue && !/^--(?:pair|code|code-file|no-push-notification)(?:=|$)/.test(word);
  });
