import { Help } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { helpPages } from '../../.config/help-pages.ts';
import type { HelpPages } from '../../.config/help-pages.ts';
import { readCommandLine, runProgram } from '../../src/program.ts';
import { faultWords } from '../../src/sandbox/fault-words.ts';

type Answer = (argv: readonly string[], help: HelpPages, columns: number) => string | undefined;

const { helpAnswer } = (await import(new URL('../../bin/help-answer.js', import.meta.url).href)) as {
  readonly helpAnswer: Answer;
};
const pages = await helpPages('1.2.3');

class Opened extends Error {}

/** What the whole program prints, as main.ts prints it; undefined when the line asks for no help. */
async function programAnswer(argv: readonly string[]): Promise<string | undefined> {
  let said: string | undefined;
  const line = readCommandLine(argv);
  const write = (text: string): void => {
    const answer = text.trimEnd();
    const document = answer === '1.2.3' ? { version: answer } : { help: answer };
    said = line.flags.json ? `${JSON.stringify(document)}\n` : `${answer}\n`;
  };
  const open = (): never => {
    throw new Opened();
  };
  await runProgram(line, {
    version: '1.2.3',
    open,
    faults: () => Promise.resolve(faultWords()),
    write,
  }).catch(() => undefined);
  return said;
}

afterEach(() => vi.restoreAllMocks());

describe('help without the program', () => {
  it.each(Object.keys(pages.pages))('of "%s" is the help of the program, in every width', async (name) => {
    const argv = [...name.split(' ').filter(Boolean), '--help'];
    expect(helpAnswer(argv, pages, 80)).toBe(await programAnswer(argv));
    for (const columns of [0, 1, 40, 60, 79, 81, 97, 120, 200]) {
      vi.spyOn(Help.prototype, 'prepareContext').mockImplementation(function (this: Help) {
        this.helpWidth = columns;
      });
      expect(helpAnswer(argv, pages, columns), `${columns} columns`).toBe(await programAnswer(argv));
      vi.restoreAllMocks();
    }
  });

  const answers = [
    '',
    '--json',
    '--version',
    '--json --version',
    '--help',
    '-h',
    'help',
    'help list',
    'help pairing',
    'help json --json',
    '-V',
    'ls --help',
    'ls --help --json',
    'config get -h',
    '-q sandbox fault --help --no-color',
  ];

  it.each(answers)('is given to "%s"', async (line) => {
    const argv = line.split(' ').filter(Boolean);
    expect(helpAnswer(argv, pages, 80)).toBe(await programAnswer(argv));
  });

  const words = [
    '--json',
    '-q',
    '--help',
    '-h',
    '--version',
    'help',
    'ls',
    'config',
    'get',
    'sandbox',
    'frob',
    '--',
    '--server',
    '--page',
    '-V',
    'pairing',
  ];
  const lines = (length: number): string[][] =>
    length === 0 ? [[]] : lines(length - 1).flatMap((line) => words.map((word) => [...line, word]));

  it.each([0, 1, 2, 3])(
    'is the answer of the program, or none, for all lines of %i words',
    async (length) => {
      for (const argv of lines(length)) {
        const answer = helpAnswer(argv, pages, 80);
        if (answer !== undefined) expect(answer, argv.join(' ')).toBe(await programAnswer(argv));
      }
    },
  );
});
