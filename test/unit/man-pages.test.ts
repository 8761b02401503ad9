import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { roff } from '../../.config/man-page.ts';
import { manPages } from '../../.config/man-pages.ts';
import { buildProgram } from '../../src/program.ts';

const unused = (): never => {
  throw new Error('only the definitions are looked at');
};
const tree = await buildProgram(
  { version: '', open: unused, faults: () => Promise.resolve(''), write: unused },
  { flags: { color: true }, command: undefined },
  unused,
);
const commandsOf = (command: Command, name: string): (readonly [string, Command])[] => [
  [name, command],
  ...command.commands.flatMap((child) => commandsOf(child, `${name}-${child.name()}`)),
];
const commands = commandsOf(tree, 'wactl');
const pages = await manPages('1.2.3');

describe('the pages for man', () => {
  it('are one for each command', () => {
    expect(Object.keys(pages).sort()).toEqual(commands.map(([name]) => `${name}.1`).sort());
  });

  it.each(commands)('%s has its flags and subcommands', (name, command) => {
    const page = pages[`${name}.1`] ?? '';
    for (const { flags, hidden } of command.options)
      if (!hidden) expect(page).toContain(`.B "${roff(flags)}"`);
    for (const child of command.commands)
      expect(page).toContain(`.BR "${roff(`${name}-${child.name()}`)}" (1)`);
  });

  it.each(Object.entries(pages))('%s has no line that is a request by chance, and only ASCII', (_, page) => {
    const requests = page.match(/^[.'].*$/gm) ?? [];
    expect(requests.filter((line) => !/^\.(TH|SH|TP|BR?|nf|fi|sp)\b/.test(line))).toEqual([]);
    expect(page.replace(/[\n -~]/g, '')).toBe('');
    // A hyphen that is copied is a hyphen; a backslash begins an escape that is known.
    expect(page.match(/(?<!\\)-/g)).toBeNull();
    expect(page.match(/\\(?![-e&]|\((?:aq|ga|ha|ti|cq|dq)).*/g)).toBeNull();
  });

  it('escape what roff would read', () => {
    expect(roff("a-b \\n 'c' ~ ^ `d`")).toBe('a\\-b \\en \\(aqc\\(aq \\(ti \\(ha \\(gad\\(ga');
  });
});
