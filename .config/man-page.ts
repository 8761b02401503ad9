import type { CommandNode, Flag } from '../src/commands/command-tree.ts';
import type { Example } from '../src/help/examples.ts';

export type ManPageParts = {
  /** The words that call it: "wactl config set". */
  readonly name: string;
  readonly command: CommandNode;
  /** The flags that every command takes; of `wactl` itself they are its own. */
  readonly shared: readonly Flag[];
  readonly examples: readonly Example[];
  /** More text by headings, line by line as it is. */
  readonly sections: Readonly<Record<string, string>>;
  /** Names of other pages: "wactl-list". */
  readonly seeAlso: readonly string[];
  readonly version: string;
};

/** The file name of a page without its ending: "wactl config set" is in wactl-config-set. */
export const pageName = (name: string): string => name.replaceAll(' ', '-');

/** A page in roff (man macros), which man, groff and mandoc read. */
export function manPage(parts: ManPageParts): string {
  const { name, command, shared, examples, sections, seeAlso, version } = parts;
  const { flags, values, commands } = command;
  const ofAll = flags === shared ? [] : shared.filter(({ long }) => !['--help', '--version'].includes(long));
  const words = [
    commands.length > 0 ? (values.length > 0 || flags.length > 1 ? '[command]' : '<command>') : '',
    '[flags]',
    ...values.map(({ shown }) => shown),
  ].filter(Boolean);
  return [
    `.TH ${quoted(pageName(name).toUpperCase())} 1 "" ${quoted(`wactl ${version}`)} "wactl manual"`,
    heading('NAME'),
    `${roff(pageName(name))} \\- ${roff(command.summary)}`,
    heading('SYNOPSIS'),
    `.B ${roff(name)}`,
    roffLine(words.join(' ')),
    heading('DESCRIPTION'),
    roffLine(sentence(command.description)),
    ...commandList(name, commands),
    heading('OPTIONS'),
    ...flags.flatMap(flagLines),
    ...(ofAll.length === 0 ? [] : [heading('OPTIONS OF EVERY COMMAND'), ...ofAll.flatMap(flagLines)]),
    ...Object.entries(sections).flatMap(([title, text]) => [heading(title), ...verbatim(text)]),
    ...(examples.length === 0 ? [] : [heading('EXAMPLES'), ...examples.flatMap(exampleLines)]),
    heading('SEE ALSO'),
    seeAlso.map((page) => `.BR ${roff(page)} (1)`).join(' ,\n'),
    '',
  ]
    .filter((line, at, all) => line !== '' || at === all.length - 1)
    .join('\n');
}

/** Text as roff: a backslash and a hyphen are written out, so that what is copied from a page is what was meant. */
export const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('…', '...')
    .replaceAll('’', '\\(cq');

/** A line of its own: one that begins like a request is made to begin with nothing. */
const roffLine = (text: string): string => roff(text).replace(/^(?=[.])/, '\\&');

/** An argument of a macro. */
const quoted = (text: string): string => `"${roff(text).replaceAll('"', '\\(dq')}"`;

const heading = (title: string): string => `.SH ${quoted(title)}`;

const sentence = (text: string): string =>
  (/[.!?:]$/.test(text) ? text : `${text}.`).replace(/^./, (c) => c.toUpperCase());

const flagLines = ({ shown, about }: Flag): string[] => ['.TP', `.B ${quoted(shown)}`, roffLine(about)];

function commandList(parent: string, commands: readonly CommandNode[]): string[] {
  if (commands.length === 0) return [];
  const items = commands.flatMap(({ name, aliases, summary }) => [
    '.TP',
    `.BR ${quoted(pageName(`${parent} ${name}`))} (1)`,
    roffLine(`${summary}${aliases.length === 0 ? '' : ` (also: ${aliases.join(', ')})`}`),
  ]);
  return [heading('COMMANDS'), ...items];
}

const verbatim = (text: string): string[] => [
  '.nf',
  ...text
    .trimEnd()
    .split('\n')
    .map((line) => roffLine(line) || '.sp'),
  '.fi',
];

const exampleLines = ([line, does]: Example): string[] => [
  '.TP',
  `.B ${quoted(line)}`,
  does === '' ? '\\&' : roffLine(does),
];
