import { afterEach, beforeEach, expect, it } from 'vitest';
import { failureText, golden, goldenJson } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import type { Running } from '../support/cli-running.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
  await place.pair('a');
});
afterEach(() => place.remove());

const device = () => place.sandbox.devices[0]?.jid ?? '';

/** `connect a`, once the server knows it. */
async function online(...flags: string[]): Promise<Running> {
  const running = place.start(['connect', 'a', ...flags]);
  if (flags.includes('--json')) await running.event(({ status }) => status === 'logged_in');
  else await running.said('a: logged in\n');
  return running;
}

const statuses = (stdout: string) =>
  jsonLines(stdout).flatMap(({ event, status }) => (event === 'status' ? [status] : []));

it('reports each event until Ctrl-C', async () => {
  const running = await online();
  place.sandbox.sendText(device(), 'hello');
  await running.said('a: message from ');
  running.kill('SIGINT');
  expect(golden(place, await running.exited)).toEqual({
    status: 130,
    stdout: '',
    stderr: [
      'a: connecting',
      'a: connected',
      'a: logged in',
      'a: message from Sandy Box',
      failureText('stopped by SIGINT', null),
    ].join('\n'),
  });
  expect(place.sandbox.openConnections).toBe(0);
  const { lines } = goldenJson(place, await place.run(['show', 'a', '--json']));
  expect(lines).toMatchObject([{ status: 'disconnected', message_count: 1, config: { wants_online: true } }]);
});

it('--json has each event in a line, and the error last', async () => {
  const running = await online('--json', '--quiet');
  place.sandbox.sendText(device(), 'hello');
  await running.event(({ event }) => event === 'message');
  running.kill('SIGTERM');
  const { status, lines, stderr } = goldenJson(place, await running.exited);
  expect({ status, stderr }).toEqual({ status: 143, stderr: '' });
  expect(lines).toEqual([
    { event: 'status', id: 'a', status: 'connecting', is_logged_in: false },
    { event: 'status', id: 'a', status: 'connected', is_logged_in: false },
    { event: 'status', id: 'a', status: 'logged_in', is_logged_in: true },
    {
      event: 'message',
      id: 'a',
      message_id: expect.any(String) as string,
      from: expect.any(String) as string,
      push_name: 'Sandy Box',
      at: 'TIME',
      text: 'hello',
    },
    {
      event: 'error',
      error: { code: 'terminated', message: 'stopped by SIGTERM', hint: null, exit_status: 143 },
    },
  ]);
});

it('reconnects when the connection is cut', async () => {
  const running = await online('--json');
  const again = place.sandbox.waitFor('logged_in');
  place.sandbox.fault({ kind: 'stream_end', when: 'now' });
  await again;
  await running.waitFor(() => statuses(running.stdout).filter((word) => word === 'logged_in').length === 2);
  running.kill('SIGINT');
  const { stdout } = await running.exited;
  const reconnecting = jsonLines(stdout).find((event) => 'retry_in_seconds' in event);
  expect(reconnecting).toMatchObject({
    event: 'status',
    status: 'connecting',
    last_close: { reason: 'connection_closed', code: 428 },
    retry_in_seconds: expect.any(Number) as number,
  });
});

it('gives up after --max-retries, as failed', async () => {
  const running = await online('--max-retries', '1');
  place.sandbox.fault({ kind: 'failure', code: 503 });
  place.sandbox.fault({ kind: 'stream_end', when: 'now' });
  const { status, stderr } = await running.exited;
  expect(status).toBe(5);
  expect(stderr).toMatch(
    /a: the other side closed the connection: trying again in \d+\.\d s\n[\s\S]*a: failed: WhatsApp is not available right now\nwactl: error: a: WhatsApp is not available right now \(503\)\n/,
  );
  expect((await place.run(['list'])).stdout).toMatch(/^a\t\tfailed\t/);
  expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
});

it.each([
  [
    440,
    6,
    'failed',
    'another connection of the same device took its place',
    'find the other program that uses these credentials and stop one of the two',
  ],
  [401, 4, 'logged out', 'the phone unlinked this device', 'pair it again with: wactl qr a'],
] as const)('ends with close code %i', async (code, status, resting, meaning, hint) => {
  const running = await online();
  if (code === 401) place.sandbox.unlink(device());
  else place.sandbox.fault({ kind: 'stream_error', code, when: 'now' });
  expect(await running.exited).toEqual({
    status,
    stdout: '',
    stderr: `a: connecting\na: connected\na: logged in\na: ${resting}: ${meaning}\n${failureText(`a: ${meaning} (${code})`, hint)}`,
  });
});

it('ends when WhatsApp bans the account', async () => {
  place.sandbox.fault({ kind: 'failure', code: 403 });
  const { status, lines } = goldenJson(place, await place.run(['connect', 'a', '--json']));
  expect({ status, last: lines.at(-1) }).toMatchObject({
    status: 8,
    last: { event: 'error', error: { code: 'banned', exit_status: 8 } },
  });
});

it('keeps the other sessions online when one ends', async () => {
  await place.pair('b');
  const [first, second] = place.sandbox.devices;
  const running = place.start(['connect', '--all', '--json', '--quiet']);
  await running.waitFor(() => statuses(running.stdout).filter((word) => word === 'logged_in').length === 2);
  place.sandbox.unlink(first?.jid ?? '');
  await running.event(({ id, status }) => id === 'a' && status === 'logged_out');
  place.sandbox.sendText(second?.jid ?? '', 'still there?');
  await running.event(({ event, id }) => event === 'message' && id === 'b');
  running.kill('SIGINT');
  expect(await running.exited).toMatchObject({ status: 130 });
});

it('ends when the reader of its output has gone', async () => {
  const running = await online('--json');
  running.closeStdout();
  place.sandbox.sendText(device(), 'hello');
  expect(await running.exited).toMatchObject({
    status: 141,
    stderr: expect.not.stringContaining('error') as string,
  });
  expect(place.sandbox.openConnections).toBe(0);
});
