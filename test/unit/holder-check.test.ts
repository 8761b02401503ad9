import { describe, expect, it } from 'vitest';
import { InterruptedError, WactlError } from '../../src/errors.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import { settled } from '../support/fake-clock.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import { someProfile } from '../support/fake-whatsapp.ts';
import type { FakeLine } from '../support/fake-whatsapp.ts';

describe('a check', () => {
  it('logs in, reads the profile, hangs up', async () => {
    const { holder, interrupt, session, whatsapp, clock } = await holding([(line) => line.logsIn()], {});
    const live = await holder.check(await session(), { signal: interrupt.signal, timeoutMs: 30_000 });
    expect(live).toEqual({
      session: await session(),
      status: 'logged_in',
      close: null,
      profile: someProfile,
      asOf: clock.now(),
    });
    expect(live.session).toMatchObject({ status: 'disconnected', lastConnectedAt: clock.now() });
    expect(whatsapp.line).toMatchObject({ hungUp: true, request: { goal: { kind: 'login' } } });
    expect(clock.sleeping).toEqual([]);
  });

  // how the line ends, the status told and stored, whether the credentials are kept
  it.each<[CloseReason, string, boolean]>([
    ['logged_out', 'logged_out', false],
    ['replaced', 'failed', true],
    ['banned', 'failed', true],
    ['multidevice_mismatch', 'failed', true],
    ['unreachable', 'disconnected', true],
    ['timed_out', 'disconnected', true],
    ['proxy_failed', 'disconnected', true],
    ['unavailable', 'disconnected', true],
    ['forged', 'disconnected', true],
  ])('that ends by %s answers %s', async (reason, status, isKept) => {
    const { holder, interrupt, session, store, clock, whatsapp } = await holding(
      [(line) => line.closes(reason)],
      {},
    );
    const live = await holder.check(await session(), { signal: interrupt.signal });
    expect(live).toMatchObject({ status, profile: null, close: { reason, at: clock.now() } });
    expect(await session()).toEqual(live.session);
    expect(live.session).toMatchObject({ status, paired: isKept, lastClose: { reason } });
    expect((await store.readCreds('a')) !== undefined).toBe(isKept);
    expect(whatsapp.lines).toHaveLength(1);
  });

  it('answers failed when the client is outdated for good', async () => {
    const outdated = (line: FakeLine): void => line.closes('outdated', 405);
    const { holder, interrupt, session, whatsapp } = await holding([outdated, outdated], {});
    const live = await holder.check(await session(), { signal: interrupt.signal });
    expect(live).toMatchObject({ status: 'failed', close: { reason: 'outdated', code: 405 } });
    expect(await session()).toMatchObject({ status: 'failed', paired: true });
    expect(whatsapp.refreshes).toBe(1);
  });

  it('of a session that is not paired opens no connection', async () => {
    const { holder, interrupt, session } = await holding([]);
    const live = await holder.check(await session(), { signal: interrupt.signal });
    expect(live).toMatchObject({ status: 'disconnected', close: null, profile: null });
  });

  it('of a session that was logged out says so, whatever its last close was', async () => {
    const { holder, interrupt, session, store } = await holding([(line) => line.closes('replaced', 440)], {});
    await holder.check(await session(), { signal: interrupt.signal });
    await store.erase('a', 'logged_out');
    const live = await holder.check(await session(), { signal: interrupt.signal });
    expect(live).toMatchObject({ status: 'logged_out', close: { reason: 'replaced' } });
  });
});

describe('a profile that does not come', () => {
  it('because the connection closed is answered by that close', async () => {
    const { holder, interrupt, session } = await holding(
      [
        (line) => {
          line.profile = () => {
            line.closes('logged_out', 401);
            return Promise.reject(new WactlError('unreachable', 'the connection is closed'));
          };
          line.logsIn();
        },
      ],
      {},
    );
    const live = await holder.check(await session(), { signal: interrupt.signal });
    expect(live).toMatchObject({
      status: 'logged_out',
      close: { reason: 'logged_out', code: 401 },
      profile: null,
    });
    expect((await session()).paired).toBe(false);
  });

  it.each(['timed_out', 'unreachable'] as const)('because it %s still gives an answer', async (code) => {
    const { holder, interrupt, session, whatsapp } = await holding(
      [
        (line) => {
          line.profile = () => Promise.reject(new WactlError(code, 'no answer'));
          line.logsIn();
        },
      ],
      {},
    );
    const live = await holder.check(await session(), { signal: interrupt.signal });
    expect(live).toMatchObject({ status: 'disconnected', close: { reason: code }, profile: null });
    expect(whatsapp.line.hungUp).toBe(true);
  });

  it('because of a bug is a failure', async () => {
    const bug = new TypeError('x is undefined');
    const { holder, interrupt, session, whatsapp } = await holding(
      [
        (line) => {
          line.profile = () => Promise.reject(bug);
          line.logsIn();
        },
      ],
      {},
    );
    expect(await rejection(holder.check(await session(), { signal: interrupt.signal }))).toBe(bug);
    expect(whatsapp.line.hungUp).toBe(true);
  });

  it('within the time limit ends the check to the millisecond', async () => {
    const { holder, interrupt, session, whatsapp, clock } = await holding(
      [
        (line) => {
          line.profile = (signal) =>
            new Promise((_, reject) => {
              signal?.addEventListener('abort', () => reject(new WactlError('unreachable', 'closed')));
            });
          line.logsIn();
        },
      ],
      {},
    );
    const live = holder.check(await session(), { signal: interrupt.signal, timeoutMs: 5_000 });
    await clock.advance(4_999);
    expect(whatsapp.line.isOpen).toBe(true);
    await clock.advance(1);
    expect(await live).toMatchObject({
      status: 'disconnected',
      close: { reason: 'timed_out' },
      profile: null,
    });
    expect(whatsapp.line.isOpen).toBe(false);
  });
});

describe('a check that waits', () => {
  it('for the login ends at its time limit', async () => {
    const { holder, interrupt, session, whatsapp, clock } = await holding([() => undefined], {});
    const live = holder.check(await session(), { signal: interrupt.signal, timeoutMs: 5_000 });
    await clock.advance(5_000);
    expect(await live).toMatchObject({ status: 'disconnected', close: { reason: 'timed_out', code: null } });
    expect(whatsapp.line.hungUp).toBe(true);
  });

  it('ends by the signal, whatever the profile says about it', async () => {
    const { holder, interrupt, session, whatsapp } = await holding(
      [
        (line) => {
          line.profile = (signal) =>
            new Promise((_, reject) => {
              signal?.addEventListener('abort', () => reject(new WactlError('unreachable', 'closed')));
            });
          line.logsIn();
        },
      ],
      {},
    );
    const error = rejection(holder.check(await session(), { signal: interrupt.signal, timeoutMs: 5_000 }));
    await settled();
    const reason = new InterruptedError('SIGINT');
    interrupt.abort(reason);
    expect(await error).toBe(reason);
    expect(whatsapp.line.isOpen).toBe(false);
  });
});

describe('a restart', () => {
  it('reports that the session has logged in again', async () => {
    const { holder, interrupt, session } = await holding([(line) => line.logsIn()], {});
    expect(await holder.restart(await session(), { signal: interrupt.signal })).toMatchObject({
      id: 'a',
      status: 'disconnected',
      details: expect.stringContaining('logged in on a new connection') as string,
    });
  });

  it.each<[CloseReason, string]>([
    ['unreachable', 'unreachable'],
    ['logged_out', 'logged_out'],
    ['replaced', 'replaced'],
  ])('that ends by %s fails', async (reason, code) => {
    const { holder, interrupt, session } = await holding([(line) => line.closes(reason)], {});
    expect(await rejection(holder.restart(await session(), { signal: interrupt.signal }))).toMatchObject({
      code,
    });
  });

  it('of a session that is not paired fails', async () => {
    const { holder, interrupt, session } = await holding([]);
    expect(await rejection(holder.restart(await session(), { signal: interrupt.signal }))).toMatchObject({
      code: 'not_paired',
    });
  });
});
