import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../src/program.ts';

describe('a command line', () => {
  it.each([
    ['list', {}, 'list'],
    ['-vq list', { verbose: true, quiet: true }, 'list'],
    ['list -qv', { verbose: true, quiet: true }, 'list'],
    ['--config-dir somewhere list --json', { configDir: 'somewhere', json: true }, 'list'],
    ['--config-dir=somewhere list', { configDir: 'somewhere' }, 'list'],
    ['connect a --detached log --no-color', { detached: 'log', color: false }, 'connect'],
    ['create --name a --json', { json: true }, 'create'],
    ['status -- --json', {}, 'status'],
    ['--config-dir', {}, undefined],
    ['--unknown list', {}, undefined],
    ['', {}, undefined],
  ])('%s', (line, flags, command) => {
    const argv = line.split(' ').filter(Boolean);
    const words = expect.any(Array) as string[];
    expect(readCommandLine(argv)).toMatchObject({ argv, flags: { color: true, ...flags }, command, words });
  });

  it.each([
    ['help json', ['help', 'json']],
    ['--json version', ['version']],
    ['list --status failed', []],
  ])('%s: the words of a line that has nothing else', (line, words) => {
    expect(readCommandLine(line.split(' ')).words).toEqual(words);
  });
});
