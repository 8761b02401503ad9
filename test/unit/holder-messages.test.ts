import { describe, expect, it } from 'vitest';
import { InterruptedError, LeaseLostError } from '../../src/errors.ts';
import { settled } from '../support/fake-clock.ts';
import { holding } from '../support/fake-holding.ts';
import type { FakeLine, Script } from '../support/fake-whatsapp.ts';
import { keep, lock } from '../support/keep-online.ts';

const stop = new InterruptedError('SIGINT');
const online: Script = (line) => line.logsIn();

describe('messages', () => {
  const receive = (line: FakeLine, ...ids: string[]): void => ids.forEach((id) => line.message(id));

  it('are reported, and counted with one write for many', async () => {
    const held = await holding([online], { messageCount: 40 });
    const [ended] = await keep(held);
    await settled();
    receive(held.whatsapp.line, 'm1', 'm2');
    await held.clock.advance(4_999);
    receive(held.whatsapp.line, 'm3');
    await settled();
    expect((await held.session()).messageCount).toBe(40);
    await held.clock.advance(1);
    expect((await held.session()).messageCount).toBe(43);
    expect(held.told.filter((words) => words.startsWith('message'))).toEqual([
      'message m1',
      'message m2',
      'message m3',
    ]);
    receive(held.whatsapp.line, 'm4');
    await held.clock.advance(5_000);
    expect(await held.session()).toMatchObject({ messageCount: 44, updatedAt: held.clock.now() });
    held.interrupt.abort(stop);
    await ended;
  });

  it('reach the other listeners when one listener fails', async () => {
    const held = await holding([online], {});
    const { signal } = held.interrupt;
    const ended = held.holder.keepOnline(await held.session(), { signal, maxRetries: 0 }, ({ kind }) => {
      if (kind === 'message') throw new RangeError('Invalid time value');
    });
    await settled();
    const followed: string[] = [];
    const following = held.holder.follow(await held.session(), { signal }, ({ kind }) => followed.push(kind));
    await settled();
    expect(() => held.whatsapp.line.message('m1')).toThrow('Invalid time value');
    expect(followed).toEqual(['status', 'message']);
    expect(await held.holder.held(await held.session(), { signal })).toMatchObject({
      lastMessageAt: held.clock.now(),
    });
    held.interrupt.abort(stop);
    await Promise.allSettled([ended, following]);
  });

  it('are not counted any more once another process has taken the session over', async () => {
    const held = await holding([online], {});
    const [ended] = await keep(held);
    await settled();
    const { leases } = held.store;
    const taken = {
      sessionId: 'a',
      leaseId: 'theirs',
      pid: 2,
      socketPath: '/run/theirs',
      status: 'logged_in',
    } as const;
    await leases.acquire(taken, (await leases.leaseOf('a'))?.leaseId);
    receive(held.whatsapp.line, 'm1');
    await held.clock.advance(5_000);
    expect((await held.session()).messageCount).toBe(0);
    expect(await ended).toBeInstanceOf(LeaseLostError);
    expect(held.whatsapp.line.isOpen).toBe(false);
    expect(await leases.leaseOf('a')).toMatchObject(taken);
  });

  it('that the store refused are written with the next one', async () => {
    const held = await holding([online], {});
    const [ended] = await keep(held);
    await settled();
    const unlock = lock(held);
    receive(held.whatsapp.line, 'm1');
    held.whatsapp.line.tells({ kind: 'push_name', pushName: 'Countess' });
    await held.clock.advance(5_000);
    unlock();
    receive(held.whatsapp.line, 'm2');
    await held.clock.advance(5_000);
    expect(await held.session()).toMatchObject({ messageCount: 2, pushName: 'Countess' });
    held.interrupt.abort(stop);
    expect(await ended).toBe(stop);
  });

  it('that were not written yet are written before the connection ends', async () => {
    const held = await holding([online], {});
    const [ended] = await keep(held);
    await settled();
    receive(held.whatsapp.line, 'm1', 'm2');
    held.interrupt.abort(stop);
    expect(await ended).toBe(stop);
    expect((await held.session()).messageCount).toBe(2);
    expect(held.whatsapp.line.hungUp).toBe(true);
    expect(held.clock.sleeping).toEqual([]);
  });

  it('of a session that was removed meanwhile end it with not_found', async () => {
    const held = await holding([online], {});
    const [ended] = await keep(held);
    await settled();
    await held.store.remove('a', {
      evenLinked: true,
      deadLease: (await held.store.leases.leaseOf('a'))?.leaseId,
    });
    receive(held.whatsapp.line, 'm1');
    await held.clock.advance(5_000);
    held.interrupt.abort(stop);
    expect(await ended).toMatchObject({ code: 'not_found' });
  });

  it('with a new push name update the stored one', async () => {
    const held = await holding([online], {});
    const [ended] = await keep(held);
    await settled();
    held.whatsapp.line.tells({ kind: 'push_name', pushName: 'Countess' });
    await held.clock.advance(5_000);
    expect((await held.session()).pushName).toBe('Countess');
    expect(held.told).toContain('push_name Countess');
    held.interrupt.abort(stop);
    await ended;
  });
});
