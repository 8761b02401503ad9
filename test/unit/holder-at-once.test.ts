import { describe, expect, it } from 'vitest';
import { InterruptedError, WactlError } from '../../src/errors.ts';
import { settled } from '../support/fake-clock.ts';
import { holding } from '../support/fake-holding.ts';
import type { Script } from '../support/fake-whatsapp.ts';

const online: Script = (line) => line.logsIn();
const stop = new InterruptedError('SIGINT');
const { signal } = new AbortController();

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await settled();
}

describe('several callers of one process', () => {
  it('share one check', async () => {
    const { holder, session, whatsapp, store } = await holding([() => undefined], {});
    const now = await session();
    const checks = [holder.check(now, { signal }), holder.check(now, { signal })];
    await quiet();
    expect((await holder.held({ id: 'a' }, { signal }))?.pid).toBe(1);
    whatsapp.line.logsIn();
    for (const live of await Promise.all(checks)) expect(live.status).toBe('logged_in');
    expect(whatsapp.lines).toHaveLength(1);
    expect(await store.leases.leases()).toEqual([]);
  });

  it('check a session that the process keeps online, and it stays online', async () => {
    const { process, session, whatsapp } = await holding([online, online], {});
    const { holder, lifetime } = process(2);
    const now = await session();
    const checking = holder.check(now, { signal });
    const connecting = holder.bringOnline(now, { signal, maxRetries: 1 });
    await quiet();
    expect((await checking).status).toBe('logged_in');
    expect((await connecting).status).toBe('logged_in');
    expect(await holder.held({ id: 'a' }, { signal })).toMatchObject({ pid: 2, stays: true });
    expect((await holder.check(now, { signal })).status).toBe('logged_in');
    expect(whatsapp.lines.filter(({ isOpen }) => isOpen)).toHaveLength(1);
    lifetime.abort(stop);
    await quiet();
  });
});

describe('a process that has just released a session', () => {
  it('keeps its socket for its other sessions', async () => {
    const { machine, process, session, store } = await holding([online, online], {});
    const first = process(1);
    await first.holder.bringOnline(await session(), { signal, maxRetries: 1 });
    const lease = await store.leases.leaseOf('a');
    if (!lease) throw new Error('nobody holds it');
    // Whoever has read the lease before it was released finds that it is worth nothing.
    const { leases } = store;
    const late = { ...leases, leaseOf: () => Promise.resolve(lease) };
    await first.holder.disconnect(await session(), { signal });
    Object.assign(store, { leases: late });
    const second = process(2);
    expect((await second.holder.check(await session(), { signal })).status).toBe('logged_in');
    expect(machine.paths).toEqual(['/run/1', '/run/2']);
  });
});

describe('a lease that could not be released', () => {
  it('does not count, not even for its own process', async () => {
    const { process, session, store, whatsapp } = await holding([online, online, online], {});
    const { holder, lifetime } = process(2);
    const options = { signal, maxRetries: 1 };
    await holder.bringOnline(await session(), options);
    const release = store.leases.release.bind(store.leases);
    store.leases.release = () => Promise.reject(new WactlError('store_locked', 'busy'));
    await holder.disconnect(await session(), { signal });
    await quiet();
    store.leases.release = release;
    expect(await store.leases.leases()).toMatchObject([{ pid: 2 }]);
    expect(await holder.heldStatuses()).toEqual(new Map());
    expect((await holder.bringOnline(await session(), options)).status).toBe('logged_in');
    expect(await holder.heldStatuses()).toEqual(new Map([['a', 'logged_in']]));
    lifetime.abort(stop);
    await quiet();
    expect(await store.leases.leases()).toEqual([]);
    expect(whatsapp.lines).toHaveLength(2);
  });
});

describe('sessions that wait for a phone', () => {
  it('do not delay sessions that connect', async () => {
    const waiting = 9;
    const scripts: Script[] = Array.from({ length: waiting }, () => (line) => {
      line.tells({ kind: 'connected' });
      line.qr(1);
    });
    const { clock, process, session, store, whatsapp } = await holding([...scripts, online], {});
    const { holder, lifetime } = process(2);
    for (let index = 0; index < waiting; index++) {
      const draft = { name: null, webhook: null, proxy: null, endpoint: null };
      const other = await store.create({ ...draft, id: `b${String(index)}` });
      const options = { signal: lifetime.signal };
      holder.pair(other, { kind: 'pair_by_qr' }, options, () => undefined).catch(() => undefined);
    }
    await clock.advance(1_000);
    const connecting = holder.bringOnline(await session(), { signal, timeoutMs: 1_000, maxRetries: 0 });
    await clock.advance(1_000);
    expect((await connecting).status).toBe('logged_in');
    expect(whatsapp.lines).toHaveLength(waiting + 1);
    lifetime.abort(stop);
    await quiet();
  });
});
