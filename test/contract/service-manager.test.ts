import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serviceManager } from '../../src/systemd/service-manager.ts';
import { FakeClock } from '../support/fake-clock.ts';

let directory: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wactl-notify-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

const has = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

function managed(env: Record<string, string>) {
  const warnings: string[] = [];
  const clock = new FakeClock();
  const manager = serviceManager({
    env,
    pid: 4711,
    clock,
    monotonicMicros: () => 12_345n,
    check: () => Promise.resolve(),
    warn: (sentence) => warnings.push(sentence),
  });
  return { manager, warnings, clock };
}

const listener = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind('\\0' + name[1:] if name[0] == '@' else name)
print('READY', flush=True)
while True:
    print(s.recv(4096).decode().replace('\\n', ' ').strip(), flush=True)
`;
import { writeProgram } from '../support/write-program.ts';

describe.skipIf(!has('python3') || !has('systemd-notify'))('a listener as systemd is one', () => {
  it.each(['in a directory', 'without a file'])('%s hears each state, in order', async (where) => {
    const address = where === 'without a file' ? `@wactl-${directory}` : join(directory, 'notify');
    const child = spawn('python3', ['-c', listener, address], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    // What closes a connection that was only waited on is empty.
    const heard = async (): Promise<string> => {
      for (;;) {
        const { value } = (await lines.next()) as { value: string };
        if (value !== '' && value !== 'BARRIER=1') return value;
      }
    };
    expect(await heard()).toBe('READY');
    const env = { PATH: process.env['PATH'] ?? '', NOTIFY_SOCKET: address, WATCHDOG_USEC: '30000000' };
    const { manager, warnings, clock } = managed(env);
    manager.ready('serving at\nhttp://127.0.0.1:1');
    expect(await heard()).toBe('READY=1 MAINPID=4711 STATUS=serving at http://127.0.0.1:1');
    expect(await heard()).toBe('WATCHDOG=1');
    await clock.advance(15_000);
    expect(await heard()).toBe('WATCHDOG=1');
    manager.reloading();
    expect(await heard()).toBe('RELOADING=1 MONOTONIC_USEC=12345');
    manager.ready('again');
    expect(await heard()).toBe('READY=1 MAINPID=4711 STATUS=again');
    manager.stopping();
    expect(await heard()).toBe('STOPPING=1');
    await manager.end();
    expect(warnings).toEqual([]);
    expect(clock.sleeping).toEqual([]);
  });
});

describe('the service manager', () => {
  it('is told through systemd-notify, one message after the other', async () => {
    const program = join(directory, 'systemd-notify');
    writeProgram(program, `#!/bin/sh\necho "$NOTIFY_SOCKET" "$@" >> '${directory}/told'\n`);
    const { manager, warnings } = managed({ PATH: `${directory}:/usr/bin:/bin`, NOTIFY_SOCKET: '/n' });
    manager.ready('a');
    manager.stopping();
    await manager.end();
    expect(await readFile(join(directory, 'told'), 'utf8')).toBe(
      '/n READY=1 MAINPID=4711 STATUS=a\n/n STOPPING=1\n',
    );
    expect(warnings).toEqual([]);
  });

  it('misses nothing where there is none', async () => {
    const { manager, warnings } = managed({ PATH: directory });
    manager.ready('a');
    manager.stopping();
    await manager.end();
    expect(warnings).toEqual([]);
  });

  it.each([
    ['is not installed', undefined],
    ['ended with status 1', '#!/bin/sh\nexit 1\n'],
  ])('whose program %s is missed once', async (why, script) => {
    const program = join(directory, 'systemd-notify');
    if (script !== undefined) writeProgram(program, script);
    const { manager, warnings } = managed({ PATH: directory, NOTIFY_SOCKET: '/n' });
    manager.ready('a');
    manager.stopping();
    await manager.end();
    expect(warnings).toEqual([`systemd is not told how this service is doing: systemd-notify ${why}`]);
  });
});
