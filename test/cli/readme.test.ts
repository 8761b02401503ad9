import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

const pageOf = (name: string): Promise<string> => readFile(join(import.meta.dirname, '../..', name), 'utf8');
const readme = await pageOf('README.md');
const bare = { WACTL_ENDPOINT: undefined, WACTL_ENDPOINT_ROOT: undefined };

/** The first block of this language under a heading. */
const block = (heading: string, language: string, page = readme): string => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(section)?.[1] ?? '';
};

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

describe('README.md', () => {
  it('has a workflow whose script works', async () => {
    const [, indented = ''] = /run: \|\n([^]*)$/.exec(block('In a CI job', 'yaml')) ?? [];
    const script = indented.replace(/^ {10}/gm, '');
    expect(script).toContain('jq');
    const { status, stdout } = await place.bash(`set -eo pipefail\n${script}`, { env: bare });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'true\nstopped\n' });
  });

  it('has lines for scripts that work, and tell a session that is not logged in', async () => {
    await place.pair('my-phone');
    const script = block('In scripts', 'sh');
    expect(await place.bash(script)).toEqual({
      status: 0,
      stdout: 'my-phone\nlogged_in\n',
      stderr: '',
    });
    place.sandbox.unlink('15550100001:1');
    const unlinked = await place.bash(script);
    expect(unlinked.stdout.match(/exit 4/g)).toHaveLength(2);
  });

  it('shows what the program prints', async () => {
    const [, lines = ''] = /```console\n([^]*?)```/.exec(readme) ?? [];
    await place.pair('support', '--name', 'Support');
    const steps = lines.trim().split(/^\$ /m).slice(1);
    for (const step of steps) {
      const [line = '', ...words] = step.trimEnd().split('\n');
      if (line.startsWith('wactl create')) continue;
      const [command = ''] = line.split(';');
      const args = command.split(' ').slice(1);
      const terminal = await place.terminal(args, { columns: 80, rows: 24 });
      const { status } = await terminal.exited;
      const shown = [terminal.text(), ...(line.includes('$?') ? [String(status)] : [])].join('\n');
      expect(steady(shown)).toBe(steady(words.join('\n')));
    }
    expect(steps).toHaveLength(4);
  });
});

describe('docs/sandbox.md', () => {
  it('has a check for CI that works', async () => {
    const script = block('In CI', 'sh', await pageOf('docs/sandbox.md'));
    expect(script).toContain('wactl sandbox unlink ci');
    const { status, stdout } = await place.bash(script, { env: bare });
    expect({ status, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ status: 0, last: 'stopped' });
  });
});

/** Without ports and times, which differ. */
const steady = (text: string): string =>
  text.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT').replace(/as of {6}.*/g, 'as of      T');
