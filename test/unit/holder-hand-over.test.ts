import { describe, expect, it } from 'vitest';
import type { SessionPatch } from '../../src/domain/session-change.ts';
import { holding } from '../support/fake-holding.ts';
import type { Script } from '../support/fake-whatsapp.ts';
import { quiet } from '../support/shared-holding.ts';

const online: Script = (line) => line.logsIn();
const { signal } = new AbortController();

/** A process that keeps the session online, and what is noted of it for webhooks. */
async function keeping(paired: SessionPatch = {}) {
  const noted: string[] = [];
  const fed: string[] = [];
  const first = await holding([online], paired, {
    look: () => undefined,
    recorded: () => Promise.resolve(),
    note: (_id, event) => noted.push(event.kind === 'status' ? event.status : event.kind),
    release: (_id, withinMs) =>
      Promise.resolve(void noted.push(`released within ${withinMs ?? 'the usual time'}`)),
  });
  const process = first.process(2);
  process.own.feed((_id, event) => fed.push(event.kind === 'status' ? event.status : event.kind));
  const brought = await process.holder.bringOnline(await first.session(), { signal, maxRetries: 1 });
  return { ...process, first, brought, noted, fed };
}

describe('handing a session over to another host', () => {
  it('closes the connection and releases the lease, with the session still to be online', async () => {
    const { first, own } = await keeping({ wantsOnline: true });
    expect(own.get('a')?.isMovable).toBe(true);
    await own.get('a')?.handOver();
    expect([first.whatsapp.line.isOpen, await first.store.leases.leases()]).toEqual([false, []]);
    expect(await first.session()).toMatchObject({
      wantsOnline: true,
      paired: true,
      status: 'disconnected',
      lastClose: null,
    });
    expect(own.ids).toEqual([]);
  });

  it('is told to this process, and not to webhooks, whose deliveries are not waited for', async () => {
    const { own, noted, fed } = await keeping();
    await own.get('a')?.handOver();
    expect(noted).toEqual(['connecting', 'connected', 'logged_in', 'released within 1000']);
    expect(fed.slice(-2)).toEqual(['disconnected', 'released']);
  });

  it('is told to webhooks when the process ends instead', async () => {
    const { lifetime, noted } = await keeping();
    lifetime.abort(new Error('stopped'));
    await quiet();
    expect(noted.slice(-2)).toEqual(['disconnected', 'released within the usual time']);
  });

  it('answers a caller that waits for the session to be online', async () => {
    const first = await holding([() => undefined], {});
    const { holder, own } = first.process(2);
    const brought = holder.bringOnline(await first.session(), { signal, maxRetries: 1 });
    await quiet();
    await own.get('a')?.handOver();
    expect(await brought).toEqual({
      id: 'a',
      status: 'disconnected',
      details: 'let go of, for another host to take it',
    });
  });

  it('does nothing to a session that is held for something else', async () => {
    const first = await holding([() => undefined], {});
    const { holder, own } = first.process(2);
    const checked = holder.check(await first.session(), { signal, timeoutMs: 1_000 });
    await quiet();
    expect(own.get('a')?.isMovable).toBe(false);
    await own.get('a')?.handOver();
    expect(first.whatsapp.line.isOpen).toBe(true);
    await first.clock.advance(1_000);
    await checked;
  });
});
