import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unconfirmedHint } from '../../src/errors.ts';
import type { EventKind } from '../../src/sandbox/event-log.ts';
import { failureText } from '../support/cli-golden.ts';
import { expectNothingOf } from '../support/cli-all-or-nothing.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const nothingKept = 'nothing was kept; start again with: wactl create a';
const kept = [
  'stopped by SIGINT; a is paired',
  'the session is kept; check it with: wactl status a',
] as const;

describe('Ctrl-C while pairing by QR', () => {
  const moments: readonly EventKind[] = ['connection_opened', 'refs_sent', 'refs_received'];

  it.each(moments)('at %s keeps nothing', async (kind) => {
    const reached = place.sandbox.waitFor(kind);
    const creating = place.start(['create', 'a', '--format', 'raw']);
    await reached;
    creating.kill('SIGINT');
    const { status, stderr } = await creating.exited;
    expect({ status, stderr }).toEqual({
      status: 130,
      stderr: failureText('stopped by SIGINT', `${nothingKept} --format raw`),
    });
    expect(await place.run(['show', 'a'])).toMatchObject({ status: 3 });
    expect(place.sandbox.openConnections).toBe(0);
  });

  it.each(['stall_upgrade', 'stall_hello', 'stall_login', 'stall_pair_device'] as const)(
    'during %s ends at once',
    async (kind) => {
      place.sandbox.fault({ kind });
      const creating = place.start(['create', 'a', '--json']);
      if (kind === 'stall_upgrade') await creating.event(({ status }) => status === 'connecting');
      else await place.sandbox.waitFor('fault');
      creating.kill('SIGINT');
      expect((await creating.exited).status).toBe(130);
      expect(await place.run(['show', 'a'])).toMatchObject({ status: 3 });
    },
  );

  it('with the QR on show: the last line is the error', async () => {
    const creating = place.start(['create', 'a', '--json']);
    const qr = await creating.qr();
    creating.kill('SIGINT');
    const { status, stdout, stderr } = await creating.exited;
    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
    expect(jsonLines(stdout).at(-1)).toEqual({
      event: 'error',
      error: {
        code: 'interrupted',
        message: 'stopped by SIGINT',
        hint: `${nothingKept} --json`,
        exit_status: 130,
      },
    });
    expect(await place.run(['show', 'a'])).toMatchObject({ status: 3 });
    await expectNothingOf(place, qr);
  });

  it('after the proof keeps the session, and says so', async () => {
    place.sandbox.fault({ kind: 'stall_login', on: 'login' });
    const creating = place.start(['create', 'a', '--format', 'raw']);
    const stalled = place.sandbox.waitFor('fault');
    await creating.waitFor(() => creating.stdout.endsWith('\n'));
    place.sandbox.scan(creating.stdout.trim());
    await stalled;
    creating.kill('SIGINT');
    const { status, stderr } = await creating.exited;
    expect({ status, stderr }).toEqual({
      status: 130,
      stderr: failureText('stopped by SIGINT', unconfirmedHint('a')),
    });
    expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
  });

  it('before the first messages of the phone keeps the session, and says so', async () => {
    place.sandbox.fault({ kind: 'no_first_sync' });
    const creating = place.start(['create', 'a', '--json']);
    place.sandbox.scan(await creating.qr());
    await creating.event(({ status }) => status === 'logged_in');
    creating.kill('SIGINT');
    const { status, stdout } = await creating.exited;
    expect(status).toBe(130);
    const [message, hint] = kept;
    const error = { code: 'interrupted', message, hint, exit_status: 130 };
    expect(jsonLines(stdout).at(-1)).toEqual({ event: 'error', error });
    expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
  });

  it('while pairing an existing session keeps its record', async () => {
    await place.run(['create', 'a', '--no-connect', '--name', 'Kept']);
    const pairing = place.start(['qr', 'a', '--json']);
    await pairing.qr();
    pairing.kill('SIGINT');
    expect((await pairing.exited).status).toBe(130);
    const { stdout } = await place.run(['show', 'a', '--json']);
    expect(jsonLines(stdout)).toMatchObject([{ name: 'Kept', status: 'disconnected', paired: false }]);
  });
});

it('Ctrl-C ends a pairing while its code is shown', async () => {
  const creating = place.start(['create', 'a', '--json', '--pair', '+15550100001']);
  await creating.event(({ event }) => event === 'pair_code');
  creating.kill('SIGINT');
  const { status, stdout } = await creating.exited;
  expect(status).toBe(130);
  expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'error', error: { code: 'interrupted' } });
  expect(await place.run(['show', 'a'])).toMatchObject({ status: 3 });
});

it('SIGTERM has its own error and exit status', async () => {
  const creating = place.start(['create', 'a', '--format', 'raw']);
  await creating.waitFor(() => creating.stdout.endsWith('\n') || undefined);
  creating.kill('SIGTERM');
  const { status, stderr } = await creating.exited;
  expect({ status, stderr }).toEqual({
    status: 143,
    stderr: failureText('stopped by SIGTERM', `${nothingKept} --format raw`),
  });
});

it.each([
  [['status', 'a']],
  [['logout', 'a', '--yes']],
  [['delete', 'a', '--yes']],
  [['restart', 'a']],
  [['qr', 'a', '--format', 'raw']],
])('Ctrl-C while %j waits for WhatsApp changes nothing', async (argv) => {
  await place.pair('a');
  for (const [flags, check] of [
    [[], ({ stderr }) => expect(stderr).toMatch(/^wactl: stopped by SIGINT\n/)],
    [
      ['--json'],
      ({ stdout }) => expect(jsonLines(stdout)).toMatchObject([{ error: { code: 'interrupted' } }]),
    ],
  ] as [string[], (outcome: { stdout: string; stderr: string }) => void][]) {
    place.sandbox.fault({ kind: 'stall_login' });
    const stalled = place.sandbox.waitFor('fault');
    const running = place.start([...argv, ...flags]);
    await stalled;
    running.kill('SIGINT');
    const outcome = await running.exited;
    expect(outcome.status).toBe(130);
    check(outcome);
  }
  expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
});
