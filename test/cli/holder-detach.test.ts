import { once } from 'node:events';
import { watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import type { JsonEvent } from '../support/cli-running.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(async () => {
  // Nothing that a test has left in the background outlives it.
  await place.run(['disconnect', '--all']);
  await place.remove();
});

const json = async (...args: string[]): Promise<JsonEvent & { exit: number }> => {
  const { status, stdout } = await place.run([...args, '--json']);
  return { ...jsonLines(stdout)[0], exit: status };
};
const logOf = (id: string): string => join(place.config, 'logs', `${id}.log`);

/** The log once it says this: it is written a moment after stdout. */
async function logSaying(id: string, words: RegExp): Promise<string> {
  const watcher = watch(logOf(id));
  try {
    for (;;) {
      const changed = once(watcher, 'change');
      const log = await readFile(logOf(id), 'utf8');
      if (words.test(log)) return log;
      await changed;
    }
  } finally {
    watcher.close();
  }
}

it('connect --detach returns once it is online, and leaves it so until a disconnect', async () => {
  await place.pair('a');
  const connected = await json('connect', 'a', '--detach');
  expect(connected).toMatchObject({ exit: 0, id: 'a', status: 'logged_in', log: logOf('a') });
  expect(place.sandbox.openConnections).toBe(1);
  const shown = await json('show', 'a');
  expect(shown).toMatchObject({
    status: 'logged_in',
    config: { wants_online: true },
    holder: { stays: true },
  });
  expect(await json('connect', 'a', '--detach')).toMatchObject({
    exit: 0,
    details: expect.stringMatching(/^already online, held by process \d+$/) as string,
  });
  expect(await json('status', 'a')).toMatchObject({ exit: 0, connected: true });
  expect(await json('disconnect', 'a')).toMatchObject({ exit: 0, status: 'disconnected' });
  expect(place.sandbox.openConnections).toBe(0);
  expect(await json('show', 'a')).toMatchObject({ config: { wants_online: false }, holder: null });
});

it('its log is private, has times, and no secret', async () => {
  const { qr } = await json('create', 'a', '--detach');
  place.sandbox.scan(String(qr));
  expect(await json('status', 'a', '--expect', 'logged_in', '--timeout', '20s')).toMatchObject({ exit: 0 });
  await json('connect', 'a', '--detach');
  const log = await logSaying('a', /Z a: logged in\n/);
  expect(log).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z a is logged in/);
  expect(log).not.toContain(String(qr).slice(-40));
  expect((await stat(logOf('a'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(place.config, 'logs'))).mode & 0o777).toBe(0o700);
});

it('logs prints the log, and follows it until Ctrl-C or until its reader has gone', async () => {
  await place.pair('a');
  expect(await place.run(['logs', 'a'])).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('wactl connect a --detach writes one') as string,
  });
  expect(await place.run(['logs', 'a', '--server', 'http://127.0.0.1:1'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('logs works on this machine only') as string,
  });
  await json('connect', 'a', '--detach');
  await logSaying('a', /Z a: logged in\n/);
  const whole = await readFile(logOf('a'), 'utf8');
  expect(await place.run(['logs', 'a'])).toEqual({ status: 0, stdout: whole, stderr: '' });
  const following = place.start(['logs', '--follow', '--json']);
  const cut = place.start(['logs', 'a', '--follow']);
  await cut.waitFor(() => cut.stdout !== '');
  cut.closeStdout();
  await json('disconnect', 'a');
  const offline = await following.event(({ line }) => String(line).includes('taken offline'));
  expect(offline).toMatchObject({ event: 'log', id: 'a' });
  following.kill('SIGINT');
  expect((await following.exited).status).toBe(130);
  expect(await cut.exited).toMatchObject({ status: 141, stderr: '' });
});

it('connect --detach says why a session did not come online', async () => {
  await place.pair('a');
  place.sandbox.unlink(place.sandbox.devices[0]?.jid ?? '');
  expect(await json('connect', 'a', '--detach')).toMatchObject({ exit: 4, error: { code: 'logged_out' } });
  expect(await json('show', 'a')).toMatchObject({ status: 'logged_out', holder: null });
});

it('connect --detach says that it keeps trying', async () => {
  await place.pair('a');
  await place.sandbox.close();
  const given = await json('connect', 'a', '--detach', '--timeout', '500ms');
  expect(given).toMatchObject({
    exit: 5,
    error: {
      code: expect.stringMatching(/^(unreachable|timed_out)$/) as string,
      hint: expect.stringMatching(/^process \d+ keeps trying; see: .*a\.log$/) as string,
    },
  });
  expect(await json('status', 'a', '--expect', 'connecting', '--timeout', '20s')).toMatchObject({ exit: 0 });
  expect(await json('show', 'a')).toMatchObject({ status: 'connecting', holder: { stays: true } });
});

it('create --detach returns with the QR; others show it, and wait for the login', async () => {
  const made = await json('create', 'a', '--detach');
  expect(made).toMatchObject({
    exit: 0,
    event: 'qr',
    seq: 1,
    status: 'waiting_for_qr',
    timeout_seconds: expect.any(Number) as number,
    log: logOf('a'),
  });
  expect(await json('status', 'a', '--expect', 'waiting_for_qr')).toMatchObject({ exit: 0 });
  expect((await place.run(['list'])).stdout).toContain('waiting for qr');
  const shower = place.start(['qr', 'a', '--output', 'qr.svg', '--json']);
  expect(await shower.qr()).toBe(made['qr']);
  const waiter = place.start(['status', 'a', '--expect', 'logged_in', '--timeout', '30s', '--json']);
  place.sandbox.scan(String(made['qr']));
  expect((await waiter.exited).status).toBe(0);
  expect((await shower.exited).status).toBe(0);
  expect(place.sandbox.devices).toHaveLength(1);
});

it('create --pair --detach returns with the code', async () => {
  const { stdout, status } = await place.run(['create', 'a', '--pair', '+15550100001', '--detach']);
  expect(status).toBe(0);
  await place.sandbox.enterCode('15550100001', stdout.trim().replace('-', ''));
  expect(await json('status', 'a', '--expect', 'logged_in', '--timeout', '20s')).toMatchObject({ exit: 0 });
});

it('create --detach keeps nothing of a pairing that is stopped', async () => {
  await json('create', 'a', '--detach');
  expect(await json('disconnect', 'a')).toMatchObject({ exit: 0, details: 'the pairing was stopped' });
  const gone = place.start(['status', 'a', '--expect', 'logged_in', '--timeout', '10s', '--json']);
  expect((await gone.exited).status).toBe(3);
});

it('connect --all brings back the sessions that should be online; status --all asks their holders', async () => {
  for (const id of ['a', 'b', 'c']) await place.pair(id);
  await json('connect', 'a', 'b', '--detach');
  await json('disconnect', 'b');
  const { pid } = (await json('show', 'a'))['holder'] as { pid: number };
  process.kill(pid, 'SIGKILL');
  const all = jsonLines((await place.run(['connect', '--all', '--detach', '--json'])).stdout)[0];
  expect(all).toMatchObject([{ id: 'a', status: 'logged_in' }]);
  const health = await place.run(['status', '--all', '--expect', 'logged_in', '--json']);
  expect(health.status).toBe(0);
  expect(jsonLines(health.stdout)[0]).toMatchObject([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
});
