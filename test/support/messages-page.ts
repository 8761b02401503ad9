import { exitStatuses } from '../../src/errors.ts';
import type { Message } from './messages.ts';

const head = `# Everything that wactl says

Generated from the sources, to be read and edited as one text; a test keeps it up to date. It has every text of two words or
more: errors with their codes and exit statuses, hints (→), help, and what is said besides, also to the log and over the API. What stands in
braces is filled in. The examples in the help are in [commands.md](commands.md#examples).
`;

/** The page of all messages, by rooms and files. */
export function messagesPage(messages: readonly Message[]): string {
  const files = groupBy(messages, ({ file }) => file);
  const rooms = [...groupBy([...files.keys()], roomOf)].sort(([one], [other]) => (one < other ? -1 : 1));
  const parts = rooms.map(([room, names]) => {
    const lists = names.map((file) => `**${file}**\n\n${linesOf(files.get(file) ?? [])}`);
    return [`## ${room}`, ...lists].join('\n\n');
  });
  return [head, ...parts].join('\n\n');
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : 'src');

/** Help and other words that come several times in a file are listed once; a hint stands below its error. */
function linesOf(messages: readonly Message[]): string {
  const isNew = ({ kind, text }: Message, at: number): boolean =>
    kind === 'hint' || kind === 'error' || messages.findIndex((one) => one.text === text) === at;
  return messages
    .filter(isNew)
    .map((message) => `- ${label(message)}${verbatim(message.text)}`)
    .join('\n');
}

function label({ kind, code }: Message): string {
  if (kind === 'hint') return '→ ';
  if (kind !== 'error') return kind === 'help' ? 'help: ' : '';
  return code === undefined ? 'error: ' : `error ${code} (${String(exitStatuses[code])}): `;
}

/** As code, which Markdown leaves alone, on one line. */
function verbatim(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' ⏎ ');
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``;
}
