import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import { someProfile } from '../support/fake-whatsapp.ts';
import type { Script } from '../support/fake-whatsapp.ts';
import { kept, quiet } from '../support/shared-holding.ts';
import type { FollowedEvent } from '../../src/ports/holder.ts';

const byQr = { kind: 'pair_by_qr' } as const;
const online: Script = (line) => line.logsIn();
const ignore = (): void => undefined;
const stop = new InterruptedError('SIGINT');
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

  it('is already online for a caller that wants it online', async () => {
    const { first, other } = await kept([online]);
    const session = await first.session();
    const expected = { id: 'a', status: 'logged_in', details: 'already online, held by process 1' };
    expect(await other.keepOnline(session, { signal, maxRetries: 1 }, ignore)).toEqual(expected);
    expect(await other.bringOnline(session, { signal, maxRetries: 1 })).toEqual(expected);
    expect(await first.holder.keepOnline(session, { signal, maxRetries: 1 }, ignore)).toEqual(expected);
  });

  it('is logged in for a caller that wants to pair it', async () => {
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

  it.each(['disconnect', 'SIGINT'])(
    'belongs to no other process until its connection is closed (%s)',
    async (how) => {
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
    },
  );

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

  it('is unlinked on its open connection, and the process that kept it online is told', async () => {
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
    expect(await other.engine({ id: 'a', endpoint: null }, { signal })).toMatchObject({
      name: 'fake',
      uptimeSeconds: 1,
    });
  });

  it('can be followed to its end', async () => {
    const { first, other } = await kept([online]);
    const told: FollowedEvent[] = [];
    const following = other.follow({ id: 'a' }, { signal }, (event) => told.push(event));
    await quiet();
    first.whatsapp.line.message('m1');
    first.interrupt.abort(stop);
    await following;
    expect(told.map((event) => (event.kind === 'status' ? event.status : event.kind))).toEqual([
      'logged_in',
      'message',
      'disconnected',
      'released',
    ]);
  });

  it('is told of a gap by a process that knows nothing of before', async () => {
    const { other } = await kept([online]);
    const options = { signal, lastEventId: '0123456789ab-1' };
    const told: FollowedEvent[] = [];
    void other.follow({ id: 'a' }, options, (event) => told.push(event)).catch(() => undefined);
    await other.follow({ id: 'none' }, options, (event) => told.push(event));
    await quiet();
    const gap = { kind: 'gap', after: '0123456789ab-1' };
    expect(told).toMatchObject([gap, { kind: 'released' }, gap, { kind: 'status', status: 'logged_in' }]);
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

  it('is kept online as soon as the check is over', async () => {
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
  it('loses the session at once when it is dead', async () => {
    const { first, other } = await kept([online, online]);
    first.machine.kill('/run/1');
    expect(await other.check(await first.session(), { signal })).toMatchObject({ status: 'logged_in' });
    expect(first.whatsapp.lines).toHaveLength(2);
    expect(first.machine.paths).toEqual(['/run/2']);
  });

  it('is left out of the list when it is dead', async () => {
    const { first, other } = await kept([online]);
    first.machine.kill('/run/1');
    expect(await other.heldStatuses()).toEqual(new Map());
  });

  it('is asked again when it cuts the connection, and keeps the session', async () => {
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

  it('keeps the session while it lives: in_use after 2 s', async () => {
    const { first, other } = await kept([online]);
    first.machine.silence('/run/1');
    const failed = rejection(other.check(await first.session(), { signal }));
    let isOver = false;
    void failed.then(() => (isOver = true));
    await first.clock.advance(1_999);
    expect(isOver).toBe(false);
    await first.clock.advance(1);
    expect(await failed).toMatchObject({
      code: 'in_use',
      exitStatus: 6,
      message: 'a is held by process 1, which does not answer',
      hint: 'try again later, or end it with: kill -9 1',
    });
    expect(first.whatsapp.lines).toHaveLength(1);
  });

  it('because it is stopped says so, and how to go on', async () => {
    const { first, other } = await kept([online]);
    first.machine.stop(1);
    const failed = rejection(other.check(await first.session(), { signal }));
    await first.clock.advance(2_000);
    expect(await failed).toMatchObject({
      code: 'in_use',
      message: 'a is held by process 1, which is stopped (Ctrl-Z)',
      hint: 'let it go on with: fg, or: kill -CONT 1; or end it with: kill -9 1',
    });
  });

  it('is left out of the list when it is stopped', async () => {
    const { first, other } = await kept([online]);
    first.machine.stop(1);
    expect(await other.heldStatuses()).toEqual(new Map());
  });
});
