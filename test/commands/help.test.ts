import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { endOfHelp } from '../../src/help/end-of-help.ts';
import { examples } from '../../src/help/examples.ts';
import { firstScreen } from '../../src/help/first-screen.ts';
import { buildProgram, readCommandLine } from '../../src/program.ts';

const isRun = new Error('the command would run now');
const unused = (): never => {
  throw new Error('nothing is written');
};

const tree = (): Promise<Command> =>
  buildProgram(
    {
      version: '',
      open() {
        throw isRun;
      },
      faults: () => Promise.resolve(''),
      write: unused,
      script() {
        throw isRun;
      },
    },
    { flags: { color: true }, command: undefined },
    unused,
  );

const pathsBelow = (command: Command, path: string): string[] => [
  path,
  ...command.commands.flatMap((child) => pathsBelow(child, `${path} ${child.name()}`.trim())),
];

/** The words after `wactl` as a shell hands them over; of `eval "$(…)"` and `source <(…)` those of the command inside. */
function argvOf(line: string): string[] {
  const command = /[$<]\((.*)\)/.exec(line)?.[1] ?? line.replace(/ [<>] .*$/, '');
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  expect(words.shift()).toBe('wactl');
  return words;
}

/** What stands in the tree for a command line: "config get". */
async function commandOf(line: string): Promise<string> {
  const path: string[] = [];
  let command: Command | undefined = await tree();
  for (const word of argvOf(line)) {
    command = command.commands.find((child) => child.name() === word);
    if (!command) break;
    path.push(word);
  }
  return path.join(' ');
}

describe('the examples in the help', () => {
  it('are there for each command and subcommand, one to three', async () => {
    expect(Object.keys(examples).sort()).toEqual(pathsBelow(await tree(), '').sort());
    const counts = Object.values(examples).map(({ length }) => length);
    expect(counts.filter((count) => count < 1 || count > 3)).toEqual([]);
  });

  it.each(Object.keys(examples))('wactl %s: the end of its help fits 80 columns', (path) => {
    const widths = endOfHelp(path)
      .split('\n')
      .map(({ length }) => length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });

  const lines = Object.entries(examples).flatMap(([path, own]) => own.map(([line]) => [line, path] as const));

  it.each(lines)('%s: the command takes these flags and arguments', async (line) => {
    const parsing = (await tree()).parseAsync(readCommandLine(argvOf(line)).argv, { from: 'user' });
    await expect(parsing).rejects.toBe(isRun);
  });

  it.each(lines.filter(([, path]) => !['', 'webhook', 'config', 'token', 'store'].includes(path)))(
    '%s: is an example of the command whose help it ends',
    async (line, path) => {
      expect(await commandOf(line)).toBe(path);
    },
  );

  it('are refused by this test when a flag is wrong', async () => {
    const parsing = (await tree()).parseAsync(argvOf('wactl list --state failed'), { from: 'user' });
    await expect(parsing).rejects.toBeInstanceOf(CommanderError);
  });
});

describe('the flags that every command takes', async () => {
  const shared = (await tree()).options
    .filter(({ hidden, long }) => !hidden && long !== '--version')
    .map(({ long }) => long);

  it.each([
    ['the help of a command', endOfHelp('list')],
    ['the first screen', firstScreen(new Map([['Looking', ['list']]]))],
  ])('%s names each of them, and no other', (_, text) => {
    const line = /^Every command[^]*?\n\n/m.exec(text)?.[0].replace('(see: wactl --help)', '');
    expect(line?.match(/--[a-z-]+/g)).toEqual(shared);
  });
});
