import { expect, it } from 'vitest';
import { runLogs } from '../../src/commands/logs.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { FakeIoFlags } from '../support/fake-io.ts';
import { fakeLogs } from '../support/fake-logs.ts';

/** A world with these logs. */
const logged = (of: Parameters<typeof fakeLogs>[0], io: FakeIoFlags = {}) =>
  world({ io, logs: () => Promise.resolve(fakeLogs(of)) });

const id = 'kiosk';
const three = {
  kiosk: [
    ['one', 'two', 'three'],
    ['four', 'five'],
  ],
};

it('prints the log of the only session, or of the one whose id begins so', async () => {
  for (const given of [undefined, 'ki']) {
    const { cx, io, has } = logged(three);
    await has({ id });
    expect(await outcome(runLogs(cx, { id: given, follow: false }))).toBe(0);
    expect(io.stdout).toEqual(['one', 'two', 'three']);
  }
});

it.each([
  [0, []],
  [2, ['two', 'three']],
  [9, ['one', 'two', 'three']],
])('--lines %i prints the last so many', async (lines, printed) => {
  const { cx, io, has } = logged(three);
  await has({ id });
  await runLogs(cx, { id, lines, follow: false });
  expect(io.stdout.filter((line) => line !== '')).toEqual(printed);
});

it('--follow goes on until the interruption; --lines is about what there was', async () => {
  const { cx, io, has } = logged(three);
  await has({ id });
  expect(await outcome(runLogs(cx, { id, lines: 1, follow: true }))).toBe(
    'interrupted (130): stopped by SIGINT',
  );
  expect(io.stdout).toEqual(['three', 'four', 'five']);
});

it('--json prints an event for each line', async () => {
  const { cx, io, has } = logged(three, { json: true });
  await has({ id });
  await runLogs(cx, { id, lines: 1, follow: false });
  expect(io.documents).toEqual([{ event: 'log', id, line: 'three' }]);
});

it('prints the log that a session has left which is gone', async () => {
  const { cx, io } = logged(three);
  expect(await outcome(runLogs(cx, { id, follow: false }))).toBe(0);
  expect(io.stdout).toEqual(['one', 'two', 'three']);
});

it('says what writes a log where there is none', async () => {
  const { cx, has } = logged({});
  await has({ id });
  expect(await outcome(runLogs(cx, { id, follow: false }))).toBe(
    'not_found (3): there is no log of kiosk | wactl connect kiosk --detach writes one; ' +
      'sessions connected together write to that of the first',
  );
  expect(await outcome(runLogs(cx, { id: '../x', follow: false }))).toMatch(/^not_found \(3\): no session/);
});
