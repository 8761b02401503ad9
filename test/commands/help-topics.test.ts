import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitStatuses, UsageError } from '../../src/errors.ts';
import { endOfHelp } from '../../src/help/end-of-help.ts';
import { otherWords } from '../../src/help/other-words.ts';
import { topics } from '../../src/help/topics.ts';
import { buildProgram, readCommandLine, runProgram } from '../../src/program.ts';
import type { ProgramOptions } from '../../src/program.ts';

const unused = (): never => {
  throw new Error('no command runs');
};
const options: ProgramOptions = {
  version: '1.2.3',
  open: unused,
  faults: () => Promise.resolve(''),
  write: unused,
};
const tree = await buildProgram(options, { flags: { color: true }, command: undefined }, unused);
const commands = tree.commands.flatMap((command) => [command.name(), ...command.aliases()]);

async function said(...argv: string[]): Promise<string> {
  let text = '';
  await runProgram(readCommandLine(argv), { ...options, write: (words) => void (text += words) });
  return text;
}

const root = join(import.meta.dirname, '../..');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('help'))
  .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
  .join('\n');

describe('the topics of help', () => {
  it.each(Object.entries(topics))('help %s prints it, in 80 columns', async (name, { text }) => {
    expect(await said('help', name)).toBe(text);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(commands).not.toContain(name);
  });

  it('are all in wactl --help', () => {
    const listed = [...endOfHelp('').matchAll(/^ {2}wactl help (\S+)/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(topics));
  });

  it('exit-codes has every status with its codes, in order', () => {
    const rows = [...(topics['exit-codes']?.text ?? '').matchAll(/^ {2}(\d+) +([^]*?)(?=\n {2}\d|\n\n)/gm)];
    const listed = rows.map(([, status, words = '']) => {
      const named = [...words.matchAll(/\(([a-z_,\s]+)\)/g)].flatMap(([, names = '']) => names.split(/,\s*/));
      return [Number(status), named];
    });
    const byStatus = new Map<number, string[]>([
      [0, []],
      [141, []],
    ]);
    for (const [code, status] of Object.entries(exitStatuses)) {
      byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
    }
    expect(listed).toEqual([...byStatus].sort(([one], [other]) => one - other));
  });

  it('environment has every variable that wactl reads, and no other', () => {
    const named = (text: string): string[] => text.match(/\bWACTL_[A-Z_]+\b|\b(NO|FORCE)_COLOR\b/g) ?? [];
    const listed = (topics['environment']?.text ?? '').match(/^ {2}[A-Z_]+/gm)?.map((name) => name.trim());
    // Of package.json.
    const read = new Set(named(sources).filter((name) => name !== 'WACTL_VERSION'));
    expect(
      listed?.filter((name) => !['CREDENTIALS_DIRECTORY', 'TERM', 'XDG_CONFIG_HOME'].includes(name)).sort(),
    ).toEqual([...read].sort());
  });

  const calls = Object.values(topics).flatMap(({ text }) => [
    ...text.matchAll(/(?<=^ *|: |\d\. |[|] )wactl ((?!help)[a-z]+)([^\n|]*)/gm),
  ]);
  it.each(calls.map(([call, word, rest]) => [call, word, rest] as const))(
    '%s: the command and its flags exist',
    (_, word = '', rest = '') => {
      const command = tree.commands.find((one) => one.name() === word);
      expect(command?.name()).toBe(word);
      const all = [command, ...(command?.commands ?? []), tree].flatMap((one) => one?.options ?? []);
      for (const flag of rest.match(/--[a-z-]+/g) ?? []) expect(all.map(({ long }) => long)).toContain(flag);
    },
  );
});

describe('version', () => {
  it.each([['version'], ['-V'], ['--version'], ['version', '--json']])('is told by: %s', async (...argv) => {
    expect(await said(...argv)).toBe('1.2.3');
  });
});

describe('words that people type', () => {
  it.each(Object.entries(otherWords))('%s: the hint is %s', async (word, meant) => {
    const failed = said(word, 'my-phone');
    await expect(failed).rejects.toBeInstanceOf(UsageError);
    await expect(failed).rejects.toMatchObject({
      message: `unknown command '${word}'`,
      hint: `did you mean: ${meant}`,
    });
  });

  it.each(Object.entries(otherWords))('%s: %s is there', (word, meant) => {
    expect(commands).not.toContain(word);
    const named = [...meant.matchAll(/wactl (\w+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !commands.includes(name ?? ''))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });

  it.each(['login', 'remove', 'start', 'stop', 'unlink', 'new', 'scan', 'info', 'ps', 'add'])(
    'has %s',
    (word) => expect(otherWords).toHaveProperty(word),
  );

  it('leave a slip of the keys to commander', async () => {
    await expect(said('lsit')).rejects.toMatchObject({ hint: expect.stringContaining('list') as string });
    await expect(said('constructor')).rejects.toMatchObject({ hint: 'see: wactl --help' });
  });
});
