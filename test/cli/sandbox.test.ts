import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureText, golden, steady } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const bare = { WACTL_ENDPOINT: undefined, WACTL_ENDPOINT_ROOT: undefined };

describe('wactl sandbox', () => {
  it('in the foreground says where it is and what happens, until Ctrl-C', async () => {
    const running = place.start(['sandbox'], { env: bare });
    await running.said('stop it with: wactl sandbox stop\n');
    running.kill('SIGINT');
    const { status, stdout, stderr } = await running.exited;
    expect(status).toBe(130);
    expect(stdout.replaceAll(/:\d+\//g, ':PORT/').replaceAll(/[0-9a-f]{64}/g, 'ROOT')).toBe(
      [
        'address   ws://127.0.0.1:PORT/ws/chat',
        'root key  ROOT',
        '',
        'export WACTL_ENDPOINT=ws://127.0.0.1:PORT/ws/chat',
        'export WACTL_ENDPOINT_ROOT=ROOT\n',
      ].join('\n'),
    );
    expect(stderr).toBe(
      'point another terminal at it with: eval "$(wactl sandbox env)"\n' +
        `stop it with: wactl sandbox stop\n${failureText('stopped by SIGINT', null)}`,
    );
  });

  it('--json begins with one line for scripts', async () => {
    const running = place.start(['sandbox', '--json', '--seed', 'same'], { env: bare });
    expect(await running.event(({ event }) => event === 'ready')).toEqual({
      event: 'ready',
      endpoint: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/ws\/chat$/) as string,
      endpoint_root: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      pid: expect.any(Number) as number,
    });
    running.kill('SIGINT');
    const { stdout } = await running.exited;
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'error', error: { code: 'interrupted' } });
  });

  it('says when its port is taken', async () => {
    const { port } = new URL(place.sandbox.endpoint);
    const { status, stderr } = await place.run(['sandbox', '--port', port], { env: bare });
    expect(status).toBe(6);
    expect(stderr).toMatch(new RegExp(`^wactl: error: cannot listen on port ${port}: `));
  });

  it('runs in the background as docs/sandbox.md shows', async () => {
    const { status, stdout, stderr } = await place.bash(
      [
        'set -e',
        'eval "$(wactl sandbox --detach --env --auto-scan --quiet)"',
        'trap "wactl sandbox stop > /dev/null 2>&1 || true" EXIT',
        'wactl create my-phone --format raw --quiet > /dev/null',
        'wactl status my-phone --json | grep -o \'"status":"logged_in"\'',
        'wactl create by-code --pair "+1 555 010 0001" --quiet 2> /dev/null',
        'wactl sandbox devices',
        'wactl sandbox stop',
        'wactl sandbox devices || echo "= $?"',
      ].join('\n'),
      { env: bare },
    );
    expect({ status, stdout, stderr: stderr.replace(/:\d+/, ':PORT') }).toEqual({
      status: 0,
      stdout: [
        '"status":"logged_in"',
        '15550100001:1@s.whatsapp.net\tno',
        '15550100001:2@s.whatsapp.net\tno',
        'stopped',
        '= 5\n',
      ].join('\n'),
      stderr: failureText('no sandbox answers at 127.0.0.1:PORT', 'start one with: wactl sandbox'),
    });
  });
});

describe('the emulated phone', () => {
  it('scans, from an argument and from stdin', async () => {
    const one = place.start(['create', 'one', '--json']);
    expect(golden(place, await place.run(['sandbox', 'scan', await one.qr()]))).toEqual({
      status: 0,
      stdout: '15550100001:1@s.whatsapp.net\n',
      stderr: '',
    });
    expect(await one.exited).toMatchObject({ status: 0 });
    const two = place.start(['create', 'two', '--json']);
    const stdin = `${await two.qr()}\n`;
    const scanned = await place.run(['sandbox', 'scan', '-', '--phone', '15550100002', '--json'], { stdin });
    expect(scanned).toEqual({ status: 0, stdout: '{"jid":"15550100002:1@s.whatsapp.net"}\n', stderr: '' });
    expect(await two.exited).toMatchObject({ status: 0 });
  });

  it('types a code', async () => {
    const creating = place.start(['create', 'one', '--pair', '+15550100001', '--json']);
    const { code } = await creating.event(({ event }) => event === 'pair_code');
    expect(await place.run(['sandbox', 'enter-code', '+15550100001', String(code)])).toMatchObject({
      status: 0,
    });
    expect(await creating.exited).toMatchObject({ status: 0 });
  });

  it('sends, lists, orders a fault, unlinks', async () => {
    await place.pair('one');
    const jid = '15550100001:1@s.whatsapp.net';
    expect(await place.run(['sandbox', 'send', 'one', 'hello'])).toEqual({
      status: 0,
      stdout: `sent to ${jid}\n`,
      stderr: '',
    });
    const devices = await place.run(['sandbox', 'devices', '--json']);
    expect(jsonLines(devices.stdout)).toMatchObject([[{ jid, online: false }]]);
    expect(await place.run(['sandbox', 'fault', 'failure', '--code', '403'])).toEqual({
      status: 0,
      stdout: 'scheduled: failure\n',
      stderr: '',
    });
    expect(await place.run(['status', 'one'])).toMatchObject({ status: 8 });
    expect(await place.run(['sandbox', 'unlink', 'one', '--json'])).toEqual({
      status: 0,
      stdout: `{"unlinked":true,"jid":"${jid}"}\n`,
      stderr: '',
    });
    expect(await place.run(['status', 'one'])).toMatchObject({ status: 4 });
  });

  it('scans what create shows in another terminal', async () => {
    const shown = place.sandbox.waitFor('qr_shown');
    const creating = await place.terminal(['create', 'one'], { columns: 80, rows: 40 });
    await shown;
    expect(await place.run(['sandbox', 'scan', '--latest'])).toMatchObject({
      status: 0,
      stdout: '15550100001:1@s.whatsapp.net\n',
    });
    expect(await creating.exited).toMatchObject({ status: 0 });
    expect(creating.text()).toContain('one is logged in (Sandy Box, +15550100001)');
  });

  it('lists and cancels what is to go wrong', async () => {
    await place.run(['sandbox', 'fault', 'failure', '--code', '403', '--times', '2']);
    expect(await place.run(['sandbox', 'faults'])).toMatchObject({ stdout: 'failure\t2\tcode=403\n' });
    expect(await place.run(['sandbox', 'faults', '--clear'])).toMatchObject({
      stdout: 'cancelled: 1 fault\n',
    });
    expect(await place.run(['sandbox', 'faults'])).toEqual({
      status: 0,
      stdout: '',
      stderr: 'no fault waits\n',
    });
  });

  it('takes any push name, which colours no screen', async () => {
    const evil = '\x1b[31mEve\x1b]0;mine\x07\u202e';
    const named = await place.run(['sandbox', 'push-name', evil, '--phone', '15550100002']);
    expect(named).toMatchObject({ status: 0 });
    expect(named.stdout).toMatch(/^the push name of \+15550100002 is now: .*Eve/);
    const creating = place.start(['create', 'one', '--json']);
    place.sandbox.scan(await creating.qr(), place.sandbox.phone('15550100002'));
    await creating.exited;
    expect(JSON.parse((await place.run(['show', 'one', '--json'])).stdout)).toMatchObject({
      push_name: evil,
    });
    const shown = [named, await place.run(['list']), await place.run(['status', 'one'])];
    for (const { stdout } of shown) expect(stdout).not.toMatch(/[\x1b\x07\u202e]/);
  });
});

describe('a new shell', () => {
  const newShell = { env: bare };

  it('finds the sandbox that is running, and none when it has ended', async () => {
    const running = place.start(['sandbox', '--push-name', 'Ann'], { env: bare });
    await running.said('stop it with');
    const lines = (await place.run(['sandbox', 'env'], newShell)).stdout;
    const env = Object.fromEntries(
      [...lines.matchAll(/export (\w+)=(.*)/g)].map(([, name = '', value = '']) => [name, value]),
    );
    const creating = place.start(['create', 'a', '--pair', '+15550100001', '--json'], { env });
    const { code } = await creating.event(({ event }) => event === 'pair_code');
    expect(await place.run(['sandbox', 'enter-code', '15550100001', String(code)], newShell)).toEqual({
      status: 0,
      stdout: '15550100001:1@s.whatsapp.net\n',
      stderr: '',
    });
    expect((await creating.exited).stdout).toContain('"push_name":"Ann"');
    expect(await place.run(['sandbox', 'stop'], newShell)).toMatchObject({ status: 0 });
    expect(await running.exited).toMatchObject({ status: 0 });
    expect(await place.run(['sandbox', 'devices'], newShell)).toEqual({
      status: 2,
      stdout: '',
      stderr: failureText('no sandbox is running', 'start one: eval "$(wactl sandbox --detach --env)"'),
    });
  });

  it('finds one in the background, which was given another config directory', async () => {
    const flags = ['--config-dir', join(place.home, 'other')];
    const started = await place.run(['sandbox', '--detach', '--json', ...flags], newShell);
    const { endpoint, endpoint_root } = jsonLines(started.stdout)[0] ?? {};
    const found = await place.run(['sandbox', 'env', '--json', ...flags], newShell);
    await place.run(['sandbox', 'stop', ...flags], newShell);
    expect(JSON.parse(found.stdout)).toEqual({ endpoint, endpoint_root });
  });

  it('forgets a sandbox that was killed', async () => {
    const running = place.start(['sandbox'], { env: bare });
    await running.said('stop it with');
    running.kill('SIGKILL');
    await running.exited;
    expect(await place.run(['sandbox', 'stop'], newShell)).toMatchObject({ status: 2 });
    expect(await place.files()).toEqual(['sandboxes']);
  });
});

describe('wactl demo', () => {
  const steps = [
    'wactl sandbox --auto-scan --detach',
    'wactl create my-phone',
    'wactl status my-phone',
    'wactl disconnect my-phone',
    'wactl list',
    'wactl delete my-phone --yes',
  ];

  it('shows every step in a pipe, and leaves nothing', async () => {
    const { status, stdout, stderr } = await place.run(['demo'], { env: bare });
    expect(status).toBe(0);
    const commands = stderr.split('\n').flatMap((line) => /^\$ (.*)/.exec(line)?.[1] ?? []);
    expect(commands.map((line) => line.replace(/ --pair .*/, ''))).toEqual(steps);
    expect(steady(place, stdout)).toMatch(/^id\tmy-phone\nstatus\tlogged in\n[\s\S]*\nmy-phone: deleted\n$/);
    expect(await place.run(['list'])).toMatchObject({ stdout: '' });
  });

  it('ignores the settings of the person, even invalid ones', async () => {
    await mkdir(place.config, { recursive: true });
    await writeFile(join(place.config, 'config.json'), '{"max_retries":"many","proxy":"nowhere"}');
    const env = { ...bare, WACTL_ENDPOINT: 'nonsense' };
    expect(await place.run(['demo', '--quiet'], { env })).toMatchObject({ status: 0 });
    await rm(place.config, { recursive: true });
  });

  it('--json has each document in a line, and says nothing else', async () => {
    const { status, stdout, stderr } = await place.run(['demo', '--json'], { env: bare });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = jsonLines(stdout);
    expect(lines.at(-1)).toEqual({ deleted: true, id: 'my-phone' });
    expect(lines.some(({ event }) => event === 'logged_in')).toBe(true);
  });

  it('on a terminal shows the QR, and wipes it', async () => {
    const terminal = await place.terminal(['demo'], { columns: 100, rows: 60 }, bare);
    await terminal.waitForText('WhatsApp > Linked devices > Link a device');
    expect(await terminal.exited).toEqual({ status: 0, signal: undefined });
    expect(terminal.text()).toContain('my-phone is logged in (Sandy Box, +15550100001)');
    expect(terminal.text()).toMatch(/That was the tour\. With your own phone: wactl create my-phone$/);
    expect(terminal.everything()).not.toMatch(/[▄▀█]/);
    expect(terminal.cursorIsShown).toBe(true);
  });

  it('ends at Ctrl-C', async () => {
    const terminal = await place.terminal(['demo'], { columns: 100, rows: 60 }, bare);
    await terminal.waitForText('WhatsApp > Linked devices > Link a device');
    terminal.sendKeys('\x03');
    expect(await terminal.exited).toMatchObject({ status: 130 });
    expect(terminal.text()).toContain('wactl: stopped by SIGINT');
    expect(terminal.everything()).not.toMatch(/[▄▀█]/);
  });
});
