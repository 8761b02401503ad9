import { describe, expect, it } from 'vitest';
import { runList } from '../../src/commands/list.ts';
import { runStatus } from '../../src/commands/status.ts';
import { InterruptedError, WactlError } from '../../src/errors.ts';
import type { StatusReport } from '../../src/domain/held.ts';
import { settled } from '../support/fake-clock.ts';
import { outcome, world } from '../support/fake-context.ts';

const whole = { page: 1, perPage: 25, watch: true };
const online = { ids: [], all: false, offline: false, expect: 'logged_in', timeout: 30_000 } as const;
const interrupted = 'interrupted (130): stopped by SIGINT';

describe('list --watch', () => {
  it('prints what has changed, every 2 s until the interruption', async () => {
    const { cx, io, has, store, clock, interrupt } = world();
    await has({ id: 'a' }, {});
    const watching = outcome(runList(cx, whole));
    await settled();
    expect(clock.sleeping).toEqual([2_000]);
    expect(io.stdout).toHaveLength(2);
    await clock.advance(2_000);
    expect(io.stdout).toHaveLength(2);
    await store.update('a', { lastSeenAt: clock.now() });
    await clock.advance(2_000);
    expect(io.stdout).toHaveLength(2);
    await store.update('a', { name: 'Anna' });
    await clock.advance(2_000);
    expect(io.stdout).toHaveLength(5);
    expect(io.stdout[2]).toBe('');
    expect(io.stdout[4]).toMatch(/^a \| Anna \| /);
    interrupt.abort(new InterruptedError('SIGINT'));
    expect(await watching).toBe(interrupted);
  });

  it('--json prints a line for each change', async () => {
    const { cx, io, has, clock, interrupt } = world({ io: { json: true } });
    const watching = outcome(runList(cx, { ...whole, every: 1_000 }));
    await settled();
    await has({ id: 'a' });
    await clock.advance(1_000);
    expect(io.documents).toMatchObject([{ total: 0 }, { total: 1, sessions: [{ id: 'a' }] }]);
    interrupt.abort(new InterruptedError('SIGINT'));
    expect(await watching).toBe(interrupted);
  });

  it('shows each look on a terminal, with its time and notes', async () => {
    const { cx, io, clock, interrupt } = world({ io: { stdoutIsTerminal: true } });
    const watching = outcome(runList(cx, whole));
    await clock.advance(2_000);
    interrupt.abort(new InterruptedError('SIGINT'));
    expect(await watching).toBe(interrupted);
    const none = ['', '', 'no sessions yet; create one with: wactl create my-phone'];
    expect(io.stdout).toEqual([
      '[screen]',
      'every 2s; Ctrl-C ends',
      '[screen]',
      expect.stringMatching(/^every 2s; Ctrl-C ends; last at \d\d:00:00$/),
      ...none,
      '[screen]',
      expect.stringMatching(/:00:02$/),
      ...none,
      '[screen ends]',
    ]);
    expect(io.stderr).toEqual([]);
  });
});

describe('status --watch', () => {
  it('asks every 10 s, and goes on where WhatsApp does not answer', async () => {
    let asked = 0;
    const { cx, io, has, clock, interrupt } = world({
      io: { json: true },
      holder: {
        check(): Promise<StatusReport> {
          asked++;
          return Promise.reject(new WactlError('unreachable', 'WhatsApp does not answer', 'try again'));
        },
      },
    });
    await has({ id: 'a' }, {});
    const watching = outcome(runStatus(cx, { ...online, ids: ['a'], watch: true }));
    await settled();
    expect(clock.sleeping).toEqual([10_000]);
    await clock.advance(10_000);
    expect(asked).toBe(2);
    expect(io.documents).toMatchObject([{ id: 'a', error: { code: 'unreachable' } }]);
    interrupt.abort(new InterruptedError('SIGINT'));
    expect(await watching).toBe(interrupted);
  });

  it('ends with what it was given that cannot be', async () => {
    const { cx } = world();
    expect(await outcome(runStatus(cx, { ...online, every: 9_000 }))).toBe(
      'usage (2): --every is how often --watch looks | add --watch, or leave it out',
    );
    expect(await outcome(runStatus(cx, { ...online, wait: true, watch: true }))).toBe(
      'usage (2): --watch does not end, and --expect with --timeout does | leave out one of them',
    );
  });
});
