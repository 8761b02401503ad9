import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import type { Holder, HolderEvent } from '../../src/session/holder.ts';
import { settled } from '../support/fake-clock.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import type { Holding } from '../support/fake-holding.ts';
import { someCode, someProfile } from '../support/fake-whatsapp.ts';
import type { FakeLine, Script } from '../support/fake-whatsapp.ts';

const byQr = { kind: 'pair_by_qr' } as const;
const byCode = { kind: 'pair_by_code', phone: '15551234567', pushNotification: true } as const;
const online: Script = (line) => line.logsIn();
const showing: Script = (line) => line.qr(1);
const paired: Script = async (line) => {
  line.qr(1);
  await line.pairs();
  line.logsIn();
};
const ignore = (): void => undefined;
const stop = new InterruptedError('SIGINT');

/** Lets everything happen that asks, answers and looks go through. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await settled();
}

type Kept = {
  readonly first: Holding;
  /** Of another process. */
  readonly other: Holder;
  /** What keeping it online has ended with. */
  readonly ended: Promise<unknown>;
};

/** A session that process 1 keeps online, and process 2. */
async function kept(scripts: readonly Script[]): Promise<Kept> {
  const first = await holding(scripts, {});
  const options = { signal: first.interrupt.signal, maxRetries: 10 };
  const keeping = first.holder.keepOnline(await first.session(), options, first.onEvent);
  await quiet();
  const ended = keeping.catch((error: unknown) => error);
  return { first, other: first.process(2).holder, ended };
}

const { signal } = new AbortController();

describe('a session that another process keeps online', () => {
  it('is checked on its open connection', async () => {
    const { first, other } = await kept([online]);
    expect(await other.check(await first.session(), { signal })).toMatchObject({
      status: 'logged_in',
      profile: someProfile,
    });
    expect(first.whatsapp.lines).toHaveLength(1);
    expect(first.whatsapp.line.isOpen).toBe(true);
  });

  it('is online already for who wants it so', async () => {
    const { first, other } = await kept([online]);
    const session = await first.session();
    const expected = { id: 'a', status: 'logged_in', details: 'already online, held by process 1' };
    expect(await other.keepOnline(session, { signal, maxRetries: 1 }, ignore)).toEqual(expected);
    expect(await other.bringOnline(session, { signal, maxRetries: 1 })).toEqual(expected);
    expect(await first.holder.keepOnline(session, { signal, maxRetries: 1 }, ignore)).toEqual(expected);
  });

  it('is logged in for who wants to pair it', async () => {
    const { first, other } = await kept([online]);
    const session = await first.session();
    expect(await other.pair(session, byQr, { signal }, ignore)).toMatchObject({ id: 'a', paired: true });
    expect(first.whatsapp.lines).toHaveLength(1);
  });

  it('is taken offline: connection closed, store written, lease released, and only then answered', async () => {
    const { first, other, ended } = await kept([online]);
    first.whatsapp.line.message('m1');
    expect(await other.disconnect(await first.session(), { signal })).toMatchObject({
      status: 'disconnected',
    });
    expect(first.whatsapp.line.hungUp).toBe(true);
    expect(await first.store.leases.leases()).toEqual([]);
    expect((await first.session()).messageCount).toBe(1);
    expect(await ended).toMatchObject({
      status: 'disconnected',
      details: 'taken offline by another command',
    });
  });

  it.each(['disconnect', 'SIGINT'])('is nobody else’s until its connection is closed (%s)', async (how) => {
    const { first, other, ended } = await kept([online, online]);
    first.whatsapp.line.isSlow = true;
    const session = await first.session();
    if (how === 'SIGINT') first.interrupt.abort(stop);
    else void other.disconnect(session, { signal });
    await quiet();
    expect(first.whatsapp.line.hungUp).toBe(true);
    const interrupt = new AbortController();
    const options = { signal: interrupt.signal, maxRetries: 1 };
    const checking = other.check(session, { signal });
    const keeping = rejection(first.process(3).holder.keepOnline(session, options, ignore));
    await quiet();
    expect(first.whatsapp.lines).toHaveLength(1);
    expect(await first.store.leases.leases()).toMatchObject([{ pid: 1 }]);
    first.whatsapp.line.closes('ended_here');
    await ended;
    await quiet();
    expect(first.whatsapp.lines.filter(({ isOpen }) => isOpen).length).toBeLessThan(2);
    expect((await checking).status).toBe('logged_in');
    interrupt.abort(stop);
    await keeping;
  });

  it('is restarted on a new connection', async () => {
    const { first, other, ended } = await kept([online, online]);
    expect(await other.restart(await first.session(), { signal })).toMatchObject({ status: 'logged_in' });
    expect(first.whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect((await first.session()).retries).toBe(0);
    first.interrupt.abort(stop);
    expect(await ended).toBe(stop);
  });

  it('is restarted at once while it waits for its next attempt', async () => {
    const { first, other } = await kept([(line) => line.closes('unreachable'), online]);
    first.clock.chance = 0.9;
    expect(await other.restart(await first.session(), { signal })).toMatchObject({ status: 'logged_in' });
    expect(first.whatsapp.lines).toHaveLength(2);
  });

  it('is unlinked on its open connection, and whoever kept it online is told', async () => {
    const { first, other, ended } = await kept([online]);
    expect(await other.logout(await first.session(), { signal })).toMatchObject({ status: 'logged_out' });
    expect(await first.session()).toMatchObject({ paired: false, status: 'logged_out' });
    expect(await ended).toMatchObject({ code: 'logged_out', exitStatus: 4 });
    expect(await first.store.leases.leases()).toEqual([]);
  });

  it('stays online when unlinking fails', async () => {
    const { first, other } = await kept([(line) => line.logsIn()]);
    first.whatsapp.line.logout = () => Promise.reject(stop);
    expect(await rejection(other.logout(await first.session(), { signal }))).toBe(stop);
    expect(first.whatsapp.line.isOpen).toBe(true);
    expect((await other.held({ id: 'a' }, { signal }))?.status).toBe('logged_in');
  });

  it('is seen with its status, its retry and its close', async () => {
    const { first, other } = await kept([(line) => line.closes('unreachable')]);
    first.clock.chance = 0.5;
    const held = await other.held({ id: 'a' }, { signal });
    expect(held).toMatchObject({
      pid: 1,
      stays: true,
      status: 'connecting',
      close: { reason: 'unreachable' },
    });
    expect(await other.heldStatuses()).toEqual(new Map([['a', 'connecting']]));
    // What process 1 says of itself.
    expect(await other.engine({ id: 'a' }, { signal })).toMatchObject({ name: 'fake', uptimeSeconds: 1 });
  });

  it('can be followed to its end', async () => {
    const { first, other } = await kept([online]);
    const told: HolderEvent[] = [];
    const following = other.follow({ id: 'a' }, { signal }, (event) => told.push(event));
    await quiet();
    first.whatsapp.line.message('m1');
    first.interrupt.abort(stop);
    await following;
    expect(told.map((event) => (event.kind === 'status' ? event.status : event.kind))).toEqual([
      'logged_in',
      'message',
      'disconnected',
    ]);
  });
});

/** A pairing of process 1 that shows a QR. */
async function pairing(scripts: readonly Script[]) {
  const first = await holding(scripts);
  const session = await first.session();
  const ended = first.holder
    .pair(session, byQr, { signal: first.interrupt.signal }, first.onEvent)
    .catch((error: unknown) => error);
  await quiet();
  return { first, session, ended, other: first.process(2).holder };
}

describe('a session that another process is pairing', () => {
  it('is followed, from the QR that is on show to the login', async () => {
    const { first, session, ended, other } = await pairing([showing]);
    const told: string[] = [];
    const following = other.pair(session, byQr, { signal }, (event) => told.push(event.kind));
    await quiet();
    expect(told).toEqual(['status', 'qr']);
    await first.whatsapp.line.pairs();
    first.whatsapp.line.logsIn();
    expect(await following).toMatchObject({ paired: true });
    expect(await ended).toMatchObject({ paired: true });
    expect(first.whatsapp.lines).toHaveLength(1);
  });

  it('goes on when who follows it is interrupted', async () => {
    const { first, session, other } = await pairing([showing]);
    const follower = new AbortController();
    const following = rejection(other.pair(session, byQr, { signal: follower.signal }, ignore));
    await quiet();
    follower.abort(stop);
    expect(await following).toBe(stop);
    expect(first.whatsapp.line.isOpen).toBe(true);
  });

  it('is taken over by who follows it when who began it is interrupted', async () => {
    const { first, session, ended, other } = await pairing([showing, paired]);
    const following = other.pair(session, byQr, { signal }, ignore);
    await quiet();
    first.interrupt.abort(stop);
    expect(await ended).toBe(stop);
    expect(await following).toMatchObject({ paired: true });
    expect(first.whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  });

  it('is paired the other way when that is asked for', async () => {
    const byCodeThen: Script = (line) => line.tells(someCode(line));
    const { first, session, ended, other } = await pairing([showing, byCodeThen]);
    const told: string[] = [];
    const following = other.pair(session, byCode, { signal }, (event) => told.push(event.kind));
    await quiet();
    expect(first.whatsapp.line.request.goal).toEqual(byCode);
    expect(first.whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect(told.at(-1)).toBe('pair_code');
    await first.whatsapp.line.pairs();
    first.whatsapp.line.logsIn();
    expect(await following).toMatchObject({ paired: true });
    expect(await ended).toMatchObject({ paired: true });
  });

  it('is checked without a word to WhatsApp', async () => {
    const { first, session, other } = await pairing([showing]);
    expect(await other.check(session, { signal })).toMatchObject({ status: 'waiting_for_qr', profile: null });
    expect(first.whatsapp.lines).toHaveLength(1);
  });

  it('is stopped by a disconnect', async () => {
    const { session, ended, other } = await pairing([showing]);
    expect(await other.disconnect(session, { signal })).toMatchObject({ details: 'the pairing was stopped' });
    expect(await ended).toMatchObject({ code: 'pairing_expired' });
  });

  it('shows another QR after a restart', async () => {
    const { first, session, other } = await pairing([showing, showing]);
    expect(await other.restart(session, { signal })).toMatchObject({ status: 'connecting' });
    await quiet();
    expect(first.whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });
});

describe('a session that another process checks', () => {
  it('is checked once for all who ask', async () => {
    const first = await holding([() => undefined], {});
    const session = await first.session();
    const checks = [first.holder, first.process(2).holder, first.process(3).holder].map((holder) =>
      holder.check(session, { signal }),
    );
    await quiet();
    first.whatsapp.line.logsIn();
    for (const live of await Promise.all(checks)) expect(live.status).toBe('logged_in');
    expect(first.whatsapp.lines).toHaveLength(1);
  });

  it('is kept online as soon as that is over', async () => {
    const first = await holding([() => undefined, online], {});
    const session = await first.session();
    const checking = first.holder.check(session, { signal });
    await quiet();
    const interrupt = new AbortController();
    const options = { signal: interrupt.signal, maxRetries: 1 };
    const keeping = rejection(first.process(2).holder.keepOnline(session, options, ignore));
    await quiet();
    expect(first.whatsapp.lines).toHaveLength(1);
    first.whatsapp.line.logsIn();
    await checking;
    await quiet();
    expect(first.whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    interrupt.abort(stop);
    expect(await keeping).toBe(stop);
  });
});

describe('a holder that does not answer', () => {
  it('and is dead loses the session at once', async () => {
    const { first, other } = await kept([online, online]);
    first.machine.kill('/run/1');
    expect(await other.check(await first.session(), { signal })).toMatchObject({ status: 'logged_in' });
    expect(first.whatsapp.lines).toHaveLength(2);
    expect(first.machine.paths).toEqual(['/run/2']);
  });

  it('and is dead is not in the list', async () => {
    const { first, other } = await kept([online]);
    first.machine.kill('/run/1');
    expect(await other.heldStatuses()).toEqual(new Map());
  });

  it('and cuts the line is there still: it is asked again, and keeps the session', async () => {
    const { first, other } = await kept([online]);
    first.machine.cut('/run/1');
    const checking = other.check(await first.session(), { signal });
    await first.clock.advance(60);
    expect(first.whatsapp.lines).toHaveLength(1);
    first.machine.cut('/run/1', false);
    await first.clock.advance(20);
    expect(await checking).toMatchObject({ status: 'logged_in' });
    expect(first.whatsapp.lines).toHaveLength(1);
  });

  it('and is there keeps the session: in_use after 2 s', async () => {
    const { first, other } = await kept([online]);
    first.machine.silence('/run/1');
    const failed = rejection(other.check(await first.session(), { signal }));
    let isOver = false;
    void failed.then(() => (isOver = true));
    await first.clock.advance(1_999);
    expect(isOver).toBe(false);
    await first.clock.advance(1);
    expect(await failed).toMatchObject({ code: 'in_use', exitStatus: 6 });
    expect(first.whatsapp.lines).toHaveLength(1);
  });
});

describe('bringing online', () => {
  it('answers once it is, and keeps it so for as long as the process lives', async () => {
    const first = await holding([online], {});
    const { holder, lifetime } = first.process(2);
    const request = new AbortController();
    const options = { signal: request.signal, maxRetries: 1 };
    expect(await holder.bringOnline(await first.session(), options)).toEqual({
      id: 'a',
      status: 'logged_in',
      details: 'online',
    });
    request.abort(stop);
    expect(first.whatsapp.line.isOpen).toBe(true);
    lifetime.abort(stop);
    await quiet();
    expect(first.whatsapp.line.isOpen).toBe(false);
    expect(await first.store.leases.leases()).toEqual([]);
  });

  it('says so when it takes too long, and goes on', async () => {
    const first = await holding([() => undefined], {});
    const { holder, lifetime } = first.process(2);
    const options = { signal, timeoutMs: 1_000, maxRetries: 1 };
    const result = holder.bringOnline(await first.session(), options);
    await first.clock.advance(1_000);
    expect(await result).toMatchObject({ status: 'connecting' });
    first.whatsapp.line.logsIn();
    await quiet();
    expect((await holder.held({ id: 'a' }, { signal }))?.status).toBe('logged_in');
    lifetime.abort(stop);
    await quiet();
  });

  it('waits no longer than that for who holds it for something else', async () => {
    const { first, session, other } = await pairing([showing]);
    const failed = rejection(other.bringOnline(session, { signal, timeoutMs: 1_000, maxRetries: 1 }));
    await first.clock.advance(1_000);
    expect(await failed).toMatchObject({ code: 'timed_out' });
    expect(first.whatsapp.line.isOpen).toBe(true);
  });

  it('says how far it is where another process does it', async () => {
    const { first, other } = await kept([() => undefined]);
    const result = await other.bringOnline(await first.session(), { signal, maxRetries: 1 });
    expect(result).toEqual({
      id: 'a',
      status: 'connecting',
      details: 'held by process 1, which is bringing it online',
    });
  });

  it.each([
    ['logged_out', 'logged_out'],
    ['banned', 'banned'],
  ] as const)('throws the final close (%s)', async (reason, code) => {
    const first = await holding([(line: FakeLine) => line.closes(reason)], {});
    const failed = rejection(first.holder.bringOnline(await first.session(), { signal, maxRetries: 1 }));
    expect(await failed).toMatchObject({ code });
  });

  it('of a session that is not paired is refused', async () => {
    const first = await holding([]);
    const failed = rejection(first.holder.bringOnline(await first.session(), { signal, maxRetries: 1 }));
    expect(await failed).toMatchObject({ code: 'not_paired' });
    expect(await first.store.leases.leases()).toEqual([]);
  });
});
