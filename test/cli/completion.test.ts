import { execFileSync } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { TestTerminal } from '../support/terminal.ts';

let place: Place;
let path: string;

beforeAll(async () => {
  place = await Place.make();
  for (const id of ['shop', 'kiosk-1', 'kiosk-2']) await place.run(['create', id, '--no-connect']);
  await place.run(['webhook', 'set', 'shop', 'crm', '--webhook-url', 'https://example.com/crm']);
  // What a shell finds as `wactl`.
  const bin = join(place.home, 'bin');
  await mkdir(bin);
  await symlink(place.wactl, join(bin, 'wactl'));
  await symlink(process.execPath, join(bin, 'node'));
  path = `${bin}:${place.env['PATH'] ?? ''}`;
});
afterAll(() => place.remove());

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('bash', () => {
  /** What Tab would offer after these words of COMP_WORDS. */
  const offered = async (...words: string[]): Promise<string[]> => {
    const line = ['wactl', ...words].map((word) => `'${word}'`).join(' ');
    const { status, stdout, stderr } = await place.bash(`
      source <(wactl completion bash)
      complete -p wactl >/dev/null || exit 9
      COMP_WORDS=(${line}); COMP_CWORD=${words.length}
      _wactl
      printf '%s\\n' "\${COMPREPLY[@]}"`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.split('\n').filter(Boolean);
  };

  it.each([
    [['sta'], ['status']],
    [
      ['show', ''],
      ['kiosk-1', 'kiosk-2', 'shop'],
    ],
    [
      ['show', 'kio'],
      ['kiosk-1', 'kiosk-2'],
    ],
    [['list', '--status', 'fa'], ['failed']],
    [['list', '--status', '=', 'fa'], ['failed']],
    [
      ['qr', '--style', '='],
      ['auto', 'half-block', 'sextant', 'kitty', 'iterm2', 'sixel', 'ascii'],
    ],
    [['--config-dir', '/nowhere', 'show', ''], []],
    [['config', 'get', 'pro'], ['proxy']],
    [['sandbox', 'fault', 'front'], ['front_page']],
    [['webhook', 'test', 'shop', ''], ['crm']],
    [['webhook', 'list', 'nobody', ''], []],
  ])('after %j offers %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('completes at the Tab key of a person', async () => {
    await writeFile(join(place.home, 'bashrc'), "PS1='$ '\nsource <(wactl completion bash)\n");
    const terminal = await shell('bash', ['--noprofile', '--rcfile', join(place.home, 'bashrc'), '-i']);
    await terminal.waitFor(() => terminal.text().includes('$'));
    terminal.sendKeys('wactl show sh\t');
    await terminal.waitFor(() => terminal.text().includes('wactl show shop'));
    terminal.sendKeys('\x15wactl list --status=fai\t');
    await terminal.waitFor(() => terminal.text().includes('--status=failed'));
    await terminal.close();
  });
});

describe('zsh', () => {
  it.skipIf(!has('zsh'))('completes at the Tab key (skipped where zsh is not installed)', async () => {
    await writeFile(
      join(place.home, '.zshrc'),
      "PS1='$ '\nautoload -U compinit; compinit -u\nsource <(wactl completion zsh)\n",
    );
    const terminal = await shell('zsh', ['-i']);
    await terminal.waitFor(() => terminal.text().includes('$'));
    terminal.sendKeys('wactl show sh\t');
    await terminal.waitFor(() => terminal.text().includes('wactl show shop'));
    terminal.sendKeys('\x15wactl list --status=fai\t');
    await terminal.waitFor(() => terminal.text().includes('--status=failed'));
    terminal.sendKeys('\x15wactl webhook replay shop c\t');
    await terminal.waitFor(() => terminal.text().includes('replay shop crm'));
    terminal.sendKeys('\x15wactl show kio\t\t');
    await terminal.waitFor(() => terminal.text().includes('-- id'));
    await terminal.close();
  });
});

describe('fish', () => {
  it.skipIf(!has('fish'))('offers ids and values (skipped where fish is not installed)', async () => {
    const script = `wactl completion fish | source
      complete -C 'wactl show kio'
      complete -C 'wactl list --status fai'
      complete -C 'wactl webhook set shop c'
      complete -C 'wactl lis'`;
    const outcome = await place.bash(`fish --no-config -c "${script}"`, { env: { PATH: path } });
    expect(outcome).toEqual({
      status: 0,
      stdout: 'kiosk-1\tid\nkiosk-2\tid\nfailed\tlist\ncrm\tname\nlist\tlist the sessions\n',
      stderr: '',
    });
  });
});

const shell = (program: string, args: readonly string[]): Promise<TestTerminal> =>
  TestTerminal.start({
    command: [program, ...args],
    size: { columns: 80, rows: 24 },
    env: { ...place.env, LC_ALL: 'C', PATH: path, TERM: 'xterm' },
  });

describe('__complete', () => {
  it('makes nothing where there is no store, and says nothing', async () => {
    const empty = join(place.home, 'empty');
    await mkdir(empty);
    for (const directory of ['empty', 'missing']) {
      const env = { WACTL_CONFIG_DIR: join(place.home, directory) };
      expect(await place.run(['__complete', '1', 'show'], { env })).toEqual({
        status: 0,
        stdout: ':nothing\n',
        stderr: '',
      });
    }
    expect(await readdir(empty)).toEqual([]);
    expect(await readdir(place.home)).not.toContain('missing');
  });

  it('says nothing of a file that is no database, and leaves it', async () => {
    const directory = join(place.home, 'rubbish');
    await mkdir(directory);
    await writeFile(join(directory, 'wactl.db'), 'not a database at all, but long enough to look at it');
    const env = { WACTL_CONFIG_DIR: directory };
    expect(await place.run(['__complete', '1', 'show'], { env })).toEqual({
      status: 0,
      stdout: ':nothing\n',
      stderr: '',
    });
    expect(await readdir(directory)).toEqual(['wactl.db']);
  });

  it('leaves sessions of a server alone', async () => {
    const { stdout } = await place.run(['__complete', '1', 'show'], {
      env: { WACTL_SERVER: 'http://127.0.0.1:1' },
    });
    expect(stdout).toBe(':nothing\n');
  });

  it('is in no help', async () => {
    const { stdout } = await place.run(['--help']);
    expect(stdout).not.toContain('__complete');
  });
});

describe('completion', () => {
  it('prints a script in JSON too', async () => {
    const { stdout } = await place.run(['completion', 'fish', '--json']);
    expect((JSON.parse(stdout) as { script: string }).script).toContain('complete -c wactl');
  });

  it('refuses another shell, and names those it knows', async () => {
    expect(await place.run(['completion', 'tcsh'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('bash, zsh, fish, powershell') as string,
    });
  });
});
