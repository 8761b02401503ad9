// What help says, for bin/help-answer.js: commander's own text, in which what is wrapped to a terminal is marked.
import { Help } from 'commander';
import type { Command } from 'commander';
import { topics } from '../src/help/topics.ts';
import { buildProgram, readCommandLine, runProgram } from '../src/program.ts';
import { faultWords } from '../src/sandbox/fault-words.ts';

export type HelpPages = {
  readonly version: string;
  /** Of `wactl` alone. */
  readonly first: string;
  /** By the words that call the command; '' is `wactl --help`. */
  readonly pages: Readonly<Record<string, string>>;
  /** What else `wactl help WORD` explains. */
  readonly topics: Readonly<Record<string, string>>;
  /** Other words that call a command: `ls` is `list`. */
  readonly aliases: Readonly<Record<string, string>>;
};

/** Asks the whole program. It marks what commander would wrap, and gives commander back as it was. */
export async function helpPages(version: string): Promise<HelpPages> {
  const { boxWrap, prepareContext } = Help.prototype;
  Help.prototype.boxWrap = (text) => `\u0001${text}\u0002`;
  Help.prototype.prepareContext = function () {
    this.helpWidth = 1_000;
  };
  try {
    return { version, ...(await allPages()) };
  } finally {
    Object.assign(Help.prototype, { boxWrap, prepareContext });
  }
}

async function allPages(): Promise<Omit<HelpPages, 'version'>> {
  const root = await buildProgram(
    optionsWith(unused),
    { flags: { color: true }, command: undefined },
    unused,
  );
  const called = [{ name: '', words: [''] }, ...calls(root, [''])];
  const pages = await Promise.all(
    called.map(async ({ name }) => [name, await helpOf(name, '--help')] as const),
  );
  const aliases = called.flatMap(({ name, words }) =>
    words.filter((one) => one !== name).map((one) => [one, name] as const),
  );
  const named = await Promise.all(
    Object.keys(topics).map(async (name) => [name, await helpOf('help', name)] as const),
  );
  return {
    first: await helpOf(),
    topics: Object.fromEntries(named),
    pages: Object.fromEntries(pages),
    aliases: Object.fromEntries(aliases),
  };
}

/** The commands below one: the words of each by their names, and by every name there is. */
function calls(parent: Command, before: readonly string[]): { name: string; words: string[] }[] {
  return parent.commands.flatMap((command) => {
    const names = [command.name(), ...command.aliases()];
    const words = before.flatMap((start) => names.map((name) => `${start} ${name}`.trim()));
    return [{ name: words[0] ?? '', words }, ...calls(command, words)];
  });
}

async function helpOf(...words: readonly string[]): Promise<string> {
  let help = '';
  const write = (text: string): void => void (help += text);
  await runProgram(readCommandLine(words.join(' ').split(' ').filter(Boolean)), optionsWith(write));
  return help.trimEnd();
}

const optionsWith = (write: (text: string) => void) => ({
  version: '',
  open: unused,
  faults: () => Promise.resolve(faultWords()),
  write,
});

const unused = (): never => {
  throw new Error('only help is asked for');
};
