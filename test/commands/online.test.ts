import { describe, expect, it } from 'vitest';
import { runConnect } from '../../src/commands/connect.ts';
import { runDisconnect } from '../../src/commands/disconnect.ts';
import { runRestart } from '../../src/commands/restart.ts';
import { InterruptedError, WactlError } from '../../src/errors.ts';
import { ClosedError } from '../../src/domain/closed-error.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import type { Holder } from '../../src/ports/holder.ts';
import { settled } from '../support/fake-clock.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { World, WorldParts } from '../support/fake-context.ts';
import type { HolderEvent } from '../../src/domain/held.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const json = { io: { json: true } };
const lost = { reason: 'connection_lost', code: 428, at } as const;

/** One session being kept online, as the test ends it. */
type Kept = {
  readonly tell: (event: HolderEvent) => void;
  readonly end: (error: Error) => void;
  maxRetries: number;
};

/** A holder that keeps sessions online until the signal, or the test, ends each. */
function online(parts: WorldParts = {}): World & { readonly kept: Map<string, Kept> } {
  const kept = new Map<string, Kept>();
  const keepOnline: Holder['keepOnline'] = ({ id }, { signal, maxRetries }, tell) =>
    new Promise((_, reject) => {
      const end = (error: Error): void => reject(error);
      kept.set(id, { tell, end, maxRetries });
      signal.addEventListener('abort', () => end(signal.reason as Error));
    });
  return { ...world({ ...parts, holder: { keepOnline, ...parts.holder } }), kept };
}

const closed = (id: string, reason: CloseReason): ClosedError =>
  new ClosedError({ reason, code: null, at }, { id, endpoint: null });

describe('connect', () => {
  const fence = { reason: 'copy', at } as const;
  const isCopy =
    'a is a copy, imported on 2026-03-01: it does not connect here, because two copies of one device throw each other out';

  it('refuses a fenced session, and says what lifts the fence', async () => {
    const { cx, has, kept } = online();
    await has({ id: 'a' }, { fence });
    expect(await outcome(runConnect(cx, { ids: ['a'], all: false }))).toBe(
      `fenced (6): ${isCopy} | if the session that it was copied from never connects again: wactl connect a --force; ` +
        'or pair it anew: wactl qr a',
    );
    expect([...kept.keys()]).toEqual([]);
  });

  it('--force lifts the fence for good', async () => {
    const { cx, io, has, kept, interrupt, store } = online();
    await has({ id: 'a' }, { fence });
    const ended = outcome(runConnect(cx, { ids: ['a'], all: false, force: true }));
    await settled();
    expect([...kept.keys()]).toEqual(['a']);
    expect(io.stderr).toEqual(['a: not fenced any more; see that no other copy of it connects']);
    expect(await store.get('a')).toMatchObject({ fence: null, wantsOnline: true });
    interrupt.abort(new InterruptedError('SIGINT'));
    await ended;
  });

  it('--all passes over fenced sessions, and says so', async () => {
    const { cx, io, has, kept, interrupt } = online();
    await has({ id: 'a' }, { fence, wantsOnline: true });
    await has({ id: 'b' }, { wantsOnline: true });
    const ended = outcome(runConnect(cx, { ids: [], all: true }));
    await settled();
    expect([...kept.keys()]).toEqual(['b']);
    expect(io.stderr).toEqual([`warning: ${isCopy}; skipping it`]);
    interrupt.abort(new InterruptedError('SIGINT'));
    await ended;
  });

  it('with --json prints one line per event', async () => {
    const { cx, io, has, kept, interrupt } = online(json);
    await has({ id: 'a' }, {});
    const ended = outcome(runConnect(cx, { ids: ['a'], all: false }));
    await settled();
    const tell = kept.get('a')?.tell;
    tell?.({ kind: 'status', status: 'logged_in', close: null, retryInMs: null });
    tell?.({ kind: 'status', status: 'connecting', close: lost, retryInMs: 1_234 });
    tell?.({ kind: 'push_name', pushName: 'Countess' });
    tell?.({ kind: 'message', message: { id: 'm1', from: '15550000001', pushName: 'Bob', at, text: null } });
    interrupt.abort(new InterruptedError('SIGINT'));
    expect(await ended).toBe('interrupted (130): stopped by SIGINT');
    expect(io.stdout).toEqual(
      [
        { event: 'status', id: 'a', status: 'logged_in', is_logged_in: true },
        {
          event: 'status',
          id: 'a',
          status: 'connecting',
          is_logged_in: false,
          last_close: { reason: 'connection_lost', code: 428, at: '2026-03-01T12:00:00.000Z' },
          retry_in_seconds: 1.2,
        },
        { event: 'push_name', id: 'a', push_name: 'Countess' },
        {
          event: 'message',
          id: 'a',
          message_id: 'm1',
          from: '15550000001',
          push_name: 'Bob',
          at: '2026-03-01T12:00:00.000Z',
          text: null,
        },
      ].map((line) => JSON.stringify(line)),
    );
  });

  it('prints what happens in words', async () => {
    const { cx, io, has, kept, interrupt } = online();
    await has({ id: 'a' }, {});
    const ended = outcome(runConnect(cx, { ids: ['a'], all: false }));
    await settled();
    const tell = kept.get('a')?.tell;
    tell?.({ kind: 'status', status: 'logged_in', close: null, retryInMs: null });
    tell?.({ kind: 'status', status: 'connecting', close: lost, retryInMs: 1_250 });
    tell?.({ kind: 'status', status: 'connecting', close: lost, retryInMs: 0 });
    tell?.({ kind: 'status', status: 'failed', close: lost, retryInMs: null });
    tell?.({ kind: 'message', message: { id: 'm1', from: '15550000001', pushName: null, at, text: 'hi' } });
    interrupt.abort(new InterruptedError('SIGTERM'));
    expect(await ended).toMatch(/^terminated \(143\)/);
    expect(io).toMatchObject({
      stdout: [],
      stderr: [
        'a: logged in',
        'a: the connection was lost: trying again in 1.3 s',
        'a: the connection was lost: reconnecting',
        'a: failed: the connection was lost',
        'a: message from 15550000001',
      ],
    });
  });

  it('keeps other sessions online when one ends for good, and exits with the worst status', async () => {
    const { cx, has, kept } = online();
    for (const id of ['a', 'b', 'c']) await has({ id }, {});
    let isOver = false;
    const ended = outcome(runConnect(cx, { ids: ['a', 'b', 'c'], all: false })).finally(
      () => (isOver = true),
    );
    await settled();
    kept.get('b')?.end(closed('b', 'banned'));
    kept.get('a')?.end(closed('a', 'logged_out'));
    await settled();
    expect(isOver).toBe(false);
    kept.get('c')?.end(closed('c', 'replaced'));
    expect(await ended).toMatch(/^banned \(8\): b: /);
  });

  it('survives a bug in one session, and reports it', async () => {
    const { cx, has, kept } = online();
    for (const id of ['a', 'b']) await has({ id }, {});
    let isOver = false;
    const ended = runConnect(cx, { ids: ['a', 'b'], all: false }).finally(() => (isOver = true));
    ended.catch(() => undefined);
    await settled();
    kept.get('a')?.end(new TypeError('x is undefined'));
    await settled();
    expect(isOver).toBe(false);
    kept.get('b')?.end(closed('b', 'banned'));
    await expect(ended).rejects.toThrow(TypeError);
  });

  it('after Ctrl-C exits with the interruption, even if a session failed before', async () => {
    const { cx, has, kept, interrupt } = online();
    for (const id of ['a', 'b']) await has({ id }, {});
    const ended = outcome(runConnect(cx, { ids: ['a', 'b'], all: false }));
    await settled();
    kept.get('a')?.end(closed('a', 'banned'));
    interrupt.abort(new InterruptedError('SIGINT'));
    expect(await ended).toMatch(/^interrupted \(130\)/);
  });

  it.each([
    new TypeError('x is undefined'),
    new WactlError('internal', 'the connection loop ended without a reason'),
  ])('after Ctrl-C still reports a bug (%s)', async (bug) => {
    const { cx, has, kept, interrupt } = online();
    for (const id of ['a', 'b']) await has({ id }, {});
    const ended = runConnect(cx, { ids: ['a', 'b'], all: false });
    ended.catch(() => undefined);
    await settled();
    kept.get('a')?.end(bug);
    interrupt.abort(new InterruptedError('SIGINT'));
    await expect(ended).rejects.toBe(bug);
  });

  it('--all takes the paired sessions, and stores that they should be online', async () => {
    const { cx, has, kept, interrupt, store } = online();
    await has({ id: 'a' }, {});
    await has({ id: 'b' });
    await has({ id: 'c' }, {});
    const ended = outcome(runConnect(cx, { ids: [], all: true }));
    await settled();
    expect([...kept.keys()]).toEqual(['a', 'c']);
    interrupt.abort(new InterruptedError('SIGINT'));
    await ended;
    expect(await store.get('a')).toMatchObject({ wantsOnline: true });
    expect(await store.get('b')).toMatchObject({ wantsOnline: false });
  });

  it.each([
    [{}, 7],
    [{ maxRetries: 0 }, 0],
  ])('gives up by the flag, else by the setting (%j)', async (flags, maxRetries) => {
    const { cx, has, kept, interrupt } = online({ settings: { maxRetries: 7 } });
    await has({ id: 'a' }, {});
    const ended = outcome(runConnect(cx, { ids: ['a'], all: false, ...flags }));
    await settled();
    expect(kept.get('a')?.maxRetries).toBe(maxRetries);
    interrupt.abort(new InterruptedError('SIGINT'));
    await ended;
  });

  it('with one unpaired session connects none', async () => {
    const { cx, has, kept, store } = online();
    await has({ id: 'a' }, {});
    await has({ id: 'b' });
    expect(await outcome(runConnect(cx, { ids: ['a', 'b'], all: false }))).toBe(
      'not_paired (4): b is not paired | pair it with: wactl qr b',
    );
    expect(kept.size).toBe(0);
    expect(await store.get('a')).toMatchObject({ wantsOnline: false });
  });

  it('with --all reports that no sessions are paired', async () => {
    const { cx, has } = online();
    await has({ id: 'b' });
    expect(await outcome(runConnect(cx, { ids: [], all: true }))).toMatch(
      /^not_paired \(4\): no sessions are paired/,
    );
  });
});

describe('disconnect', () => {
  const disconnect: Holder['disconnect'] = ({ id }) =>
    Promise.resolve({ id, status: 'disconnected', details: 'already disconnected' });

  it('of a session that no process holds says so, and exits with 0', async () => {
    const { cx, io, has, store } = world({ ...json, holder: { disconnect } });
    await has({ id: 'a' }, { wantsOnline: true });
    expect(await outcome(runDisconnect(cx, { ids: ['a'], all: false }))).toBe(0);
    expect(io.stdout).toEqual(['{"id":"a","status":"disconnected","details":"already disconnected"}']);
    expect(await store.get('a')).toMatchObject({ wantsOnline: false, paired: true });
  });

  it('of several sessions prints an array with --json, else a line each', async () => {
    const { cx, io, has } = world({ holder: { disconnect } });
    for (const id of ['a', 'b']) await has({ id }, {});
    expect(await outcome(runDisconnect(cx, { ids: [], all: true }))).toBe(0);
    expect(io.stdout).toEqual(['a: already disconnected', 'b: already disconnected']);
  });

  it('of several sessions goes on after a failure, and exits with the worst status', async () => {
    const holder: Partial<Holder> = {
      disconnect: (session, options) =>
        session.id === 'a'
          ? Promise.reject(new WactlError('in_use', 'a: its holder does not answer', 'end it'))
          : disconnect(session, options),
    };
    const { cx, io, has } = world({ holder });
    for (const id of ['a', 'b']) await has({ id }, {});
    expect(await outcome(runDisconnect(cx, { ids: ['a', 'b'], all: false }))).toBe(6);
    expect(io.stdout).toEqual(['a: failed', 'b: already disconnected']);
    expect(io.stderr).toEqual(['error in_use: a: its holder does not answer', 'hint: end it']);
  });
});

describe('restart', () => {
  it('prints the result', async () => {
    const { cx, io, has } = world({
      ...json,
      holder: {
        restart: ({ id }, { timeoutMs }) =>
          Promise.resolve({ id, status: 'disconnected', details: `within ${String(timeoutMs)}` }),
      },
    });
    await has({ id: 'a' }, {});
    expect(await outcome(runRestart(cx, { id: 'a', timeout: 5_000 }))).toBe(0);
    expect(io.documents).toEqual([{ id: 'a', status: 'disconnected', details: 'within 5000' }]);
  });

  it('that fails is a failure', async () => {
    const { cx, has } = world({ holder: { restart: ({ id }) => Promise.reject(closed(id, 'logged_out')) } });
    await has({ id: 'a' }, {});
    expect(await outcome(runRestart(cx, { id: 'a' }))).toMatch(/^logged_out \(4\)/);
  });
});
