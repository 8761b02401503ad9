import { open, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closedPort } from '../support/closed-port.ts';
import { failureText, golden, goldenJson } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';
import { startHttpProxy, startSocksProxy } from '../support/proxies.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const noSandbox = (endpoint: string): string =>
  `the session belongs to the sandbox at ${endpoint}, which does not answer: start one with: wactl sandbox`;

describe('without a network', () => {
  it('create keeps nothing', async () => {
    const env = { WACTL_ENDPOINT: `ws://127.0.0.1:${closedPort}/ws/chat` };
    expect(await place.run(['create', 'a', '--format', 'raw'], { env })).toEqual({
      status: 5,
      stdout: '',
      stderr: failureText('a: WhatsApp cannot be reached', noSandbox(env.WACTL_ENDPOINT)),
    });
    expect(await place.run(['show', 'a'])).toMatchObject({ status: 3 });
  });

  it('status of a paired session says so; its credentials are kept', async () => {
    const { port } = new URL(place.sandbox.endpoint);
    await place.pair('a');
    await place.sandbox.close();
    expect(golden(place, await place.run(['status', 'a']))).toEqual({
      status: 5,
      stdout: 'id\ta\nstatus\tdisconnected\nas of\tTIME\n',
      stderr: failureText(
        'a: WhatsApp cannot be reached',
        `${noSandbox('ws://127.0.0.1:PORT/ws/chat')}; if that sandbox is gone for good, delete the session with: wactl delete a --force`,
      ),
    });
    expect(goldenJson(place, await place.run(['status', 'a', '--json']))).toMatchObject({
      status: 5,
      lines: [
        { connected: false, status: 'disconnected', last_close: { reason: 'unreachable', code: null } },
      ],
      stderr: '',
    });
    expect((await place.run(['list'])).stdout).toMatch(/^a\t\tdisconnected\t\+15550100001\t/);
    expect(await place.run(['sandbox', 'devices'])).toEqual({
      status: 5,
      stdout: '',
      stderr: failureText(`no sandbox answers at 127.0.0.1:${port}`, 'start one with: wactl sandbox'),
    });
  });
});

describe('behind a proxy', () => {
  it.each([
    ['http', startHttpProxy],
    ['socks5', startSocksProxy],
  ] as const)('%s: everything goes through it', async (_scheme, start) => {
    const proxy = await start();
    await place.pair('a', '--proxy', proxy.url);
    expect(new Set(proxy.targets)).toEqual(new Set([new URL(place.sandbox.endpoint).host]));
    await proxy.close();
  });

  it('nothing connects directly when the proxy is down', async () => {
    const proxy = `http://user:secret@127.0.0.1:${closedPort}`;
    expect(await place.run(['create', 'a', '--format', 'raw', '--proxy', proxy])).toEqual({
      status: 5,
      stdout: '',
      stderr: failureText(
        'a: the connection through the proxy failed',
        'check the proxy and its address; nothing was sent without it',
      ),
    });
    expect(place.sandbox.events.past).toEqual([]);
  });
});

describe('a pipe that closes', () => {
  it('ends a list quietly', async () => {
    const ids = Array.from({ length: 3 }, (_, index) => `session-${index}`);
    for (const id of ids) await place.run(['create', id, '--no-connect']);
    const outcome = await place.bash('wactl list | head -1; echo "${PIPESTATUS[0]}"');
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(outcome.stdout).toMatch(/^session-0\t.*\n(0|141)\n$/);
  });

  it('that had closed before ends a command with 141', async () => {
    const outcome = await place.bash('mkfifo gone; exec 3<>gone 4>gone 3<&-; wactl config list >&4; echo $?');
    expect(outcome).toEqual({ status: 0, stdout: '141\n', stderr: '' });
  });

  it('ends a pairing with 141, and nothing is kept', async () => {
    const outcome = await place.bash('set -o pipefail; wactl create a --json | head -1');
    expect(outcome).toMatchObject({ status: 141, stderr: '' });
    expect((await place.run(['list'])).stdout).toBe('');
  });

  it('ends a command that would run for ever', async () => {
    await place.pair('a');
    const outcome = await place.bash('set -o pipefail; wactl connect a --json --quiet | head -1');
    expect(outcome).toEqual({
      status: 141,
      stdout: '{"event":"status","id":"a","status":"connecting","is_logged_in":false}\n',
      stderr: '',
    });
  });
});

it('a full disk under stdout is an error', async () => {
  const full = await open('/dev/full', 'w');
  try {
    const stdio = ['ignore', full.fd, 'pipe'] as const;
    expect(await place.run(['--help'], { stdio: [...stdio] })).toEqual({
      status: 1,
      stdout: '',
      stderr: failureText(
        'the output could not be written: ENOSPC: no space left on device, write',
        'it is incomplete: free some space, or write it elsewhere',
      ),
    });
  } finally {
    await full.close();
  }
});

describe('the config directory', () => {
  it('is made if it does not exist, as --config-dir says', async () => {
    const directory = join(place.home, 'else', 'where');
    expect(await place.run(['create', 'a', '--no-connect', '--config-dir', directory])).toMatchObject({
      status: 0,
    });
    expect((await place.run(['list', '--config-dir', directory])).stdout).toMatch(/^a\t/);
    expect((await place.run(['list'])).stdout).toBe('');
  });

  it('is in the home directory by default', async () => {
    const env = { WACTL_CONFIG_DIR: undefined, XDG_CONFIG_HOME: undefined };
    expect(await place.run(['config', 'path'], { env })).toEqual({
      status: 0,
      stdout: `${join(place.home, process.platform === 'darwin' ? 'Library/Preferences/wactl' : '.config/wactl')}/config.json\n`,
      stderr: '',
    });
  });

  it('needs no home when it is named', async () => {
    expect(await place.run(['create', 'a', '--no-connect'], { env: { HOME: undefined } })).toMatchObject({
      status: 0,
    });
  });

  it('that cannot be made is an error', async () => {
    const file = join(place.home, 'file');
    await writeFile(file, '');
    const env = { WACTL_CONFIG_DIR: join(file, 'config') };
    expect(golden(place, await place.run(['list'], { env }))).toEqual({
      status: 11,
      stdout: '',
      stderr: failureText(
        'the session database cannot be used: cannot keep private files in HOME/file/config (ENOTDIR)',
        'check that you own that directory and can write to it, or choose another with --config-dir',
      ),
    });
    expect(goldenJson(place, await place.run(['list', '--json'], { env }))).toMatchObject({
      status: 11,
      lines: [{ error: { code: 'store_locked', exit_status: 11 } }],
      stderr: '',
    });
  });
});

describe('a damaged database', () => {
  const path = () => join(place.config, 'wactl.db');
  const startOver =
    'restore HOME/config/wactl.db from a backup, or move it away together with HOME/config/wactl.db-wal and pair the sessions again; to see all that is wrong: wactl doctor';

  it.each([
    ['empty', () => truncate(path()), 'HOME/config/wactl.db is empty'],
    [
      'something else',
      () => writeFile(path(), 'not a database'.repeat(1000)),
      'HOME/config/wactl.db is no longer an intact database',
    ],
  ])('%s is an error, and is left as it is', async (_how, damage, what) => {
    await place.run(['create', 'a', '--no-connect']);
    await damage();
    const before = await readFile(path());
    const message = `the session database is damaged: ${what}`;
    for (const argv of [
      ['list'],
      ['status', '--all'],
      ['create', 'b', '--format', 'raw'],
      ['connect', '--all'],
    ]) {
      expect(golden(place, await place.run(argv))).toEqual({
        status: 11,
        stdout: '',
        stderr: failureText(message, startOver),
      });
      expect(goldenJson(place, await place.run([...argv, '--json']))).toEqual({
        status: 11,
        lines: [{ error: { code: 'store_damaged', message, hint: startOver, exit_status: 11 } }],
        stderr: '',
      });
    }
    expect((await readFile(path())).equals(before)).toBe(true);
  });
});

describe('settings', () => {
  it('in a file that is not JSON are an error', async () => {
    await mkdir(place.config, { mode: 0o700 });
    await writeFile(join(place.config, 'config.json'), '{"proxy":', { mode: 0o600 });
    expect(golden(place, await place.run(['config', 'list']))).toEqual({
      status: 2,
      stdout: '',
      stderr: failureText(
        'the settings file HOME/config/config.json is not a JSON object',
        'fix it, or delete it to use the defaults',
      ),
    });
  });

  it('never lead to a server on another machine', async () => {
    const env = { WACTL_ENDPOINT: 'ws://198.51.100.1/ws/chat' };
    expect(await place.run(['create', 'a', '--format', 'raw'], { env })).toEqual({
      status: 2,
      stdout: '',
      stderr: failureText(
        'WACTL_ENDPOINT: the endpoint must be a ws:// address on this machine',
        'give ws://127.0.0.1:PORT, as printed by: wactl sandbox; WhatsApp itself needs no endpoint',
      ),
    });
  });
});

describe('what WhatsApp says', () => {
  it('cannot move the cursor', async () => {
    const evil = await Place.make({ account: { pushName: '\x1b[2Jevil\x07\u202e\nname' } });
    try {
      await evil.pair('a');
      const { stdout, stderr } = await evil.run(['show', 'a', '--verbose']);
      expect(stderr).toBe('');
      expect(stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\u202e]/);
    } finally {
      await evil.remove();
    }
  });
});

it('--verbose logs what the engine does, and no secret', async () => {
  const creating = place.start(['create', 'a', '--json', '--verbose']);
  const qr = await creating.qr();
  place.sandbox.scan(qr);
  const { status, stderr } = await creating.exited;
  expect(status).toBe(0);
  expect(stderr.split('\n').length).toBeGreaterThan(5);
  for (const secret of qr
    .slice(qr.indexOf('#') + 1)
    .split(',')
    .slice(0, 4))
    expect(stderr).not.toContain(secret);
});
