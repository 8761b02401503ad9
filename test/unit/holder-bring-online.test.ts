import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import type { FakeLine, Script } from '../support/fake-whatsapp.ts';
import { kept, pairing, quiet } from '../support/shared-holding.ts';

const online: Script = (line) => line.logsIn();
const showing: Script = (line) => line.qr(1);
const stop = new InterruptedError('SIGINT');
const { signal } = new AbortController();

describe('bringing online', () => {
  it('answers once the session is online, and keeps it online while the process lives', async () => {
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

  it('says so when it takes too long, and keeps trying', async () => {
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

  it('waits only within its time limit for a process that does something else with the session', async () => {
    const { first, session, other } = await pairing([showing]);
    const failed = rejection(other.bringOnline(session, { signal, timeoutMs: 1_000, maxRetries: 1 }));
    await first.clock.advance(1_000);
    expect(await failed).toMatchObject({ code: 'timed_out' });
    expect(first.whatsapp.line.isOpen).toBe(true);
  });

  it('reports the progress of another process that is bringing it online', async () => {
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
