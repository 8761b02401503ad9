import { describe, expect, it } from 'vitest';
import { InterruptedError, WactlError } from '../../src/errors.ts';
import { settled } from '../support/fake-clock.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import type { Script } from '../support/fake-whatsapp.ts';
import { keep, lock } from '../support/keep-online.ts';

const stop = new InterruptedError('SIGINT');
const online: Script = (line) => line.logsIn();
const lost: Script = (line) => line.closes('connection_lost', 428);
const refused: Script = (line) => line.closes('unreachable');

describe('staying online', () => {
  it('opens lost connections again, and says when', async () => {
    const held = await holding([online, lost, online], {});
    held.clock.chance = 0.5;
    const [ended] = await keep(held);
    await settled();
    held.whatsapp.line.closes('connection_lost', 428);
    await settled();
    expect((await held.session()).retries).toBe(1);
    await held.clock.advance(499);
    expect(held.whatsapp.lines).toHaveLength(1);
    await held.clock.advance(1);
    expect(held.whatsapp.lines).toHaveLength(2);
    expect((await held.session()).retries).toBe(2);
    await held.clock.advance(1_000);
    expect(held.told).toEqual([
      'connecting',
      'connected',
      'logged_in',
      'connecting connection_lost in 500',
      'connecting',
      'connecting connection_lost in 1000',
      'connecting',
      'connected',
      'logged_in',
    ]);
    held.interrupt.abort(stop);
    expect(await ended).toBe(stop);
  });

  it('uses the retry budget in the store, which a new start does not refill', async () => {
    const held = await holding([refused, refused], { retries: 9 });
    const [ended] = await keep(held);
    await held.clock.advance(15_000);
    expect(await ended).toMatchObject({ code: 'unreachable', close: { reason: 'unreachable' } });
    expect(held.whatsapp.lines).toHaveLength(2);
    expect(await held.session()).toMatchObject({ status: 'failed', retries: 10, paired: true });
    expect(held.told.at(-1)).toBe('failed unreachable');
  });

  it('spends the budget across two runs', async () => {
    const held = await holding([refused, refused, refused], {});
    held.clock.chance = 0.5;
    const [first] = await keep(held, 2);
    await held.clock.advance(500);
    expect((await held.session()).retries).toBe(2);
    held.interrupt.abort(stop);
    await first;
    const [second] = await keep({ ...held, interrupt: new AbortController() }, 2);
    expect(await second).toMatchObject({ code: 'unreachable' });
    expect((await held.session()).status).toBe('failed');
    expect(held.whatsapp.lines).toHaveLength(3);
  });

  it('with no retries allowed gives up at once', async () => {
    const held = await holding([refused], {});
    const [ended] = await keep(held, 0);
    expect(await ended).toMatchObject({ code: 'unreachable' });
    expect((await held.session()).status).toBe('failed');
  });

  it('refills the budget of a session that was given up, because somebody asked for it', async () => {
    const held = await holding([refused, online], { retries: 10, status: 'failed' });
    const [ended] = await keep(held);
    await held.clock.advance(250);
    expect(await held.session()).toMatchObject({ retries: 1, status: 'disconnected' });
    held.interrupt.abort(stop);
    await ended;
  });
});

describe('a login', () => {
  it.each([
    [59_999, 6],
    [60_000, 1],
  ])('that lasted %i ms leaves %i retries spent', async (ms, retries) => {
    const held = await holding([online, online], { retries: 5 });
    const [ended] = await keep(held);
    await held.clock.advance(ms);
    held.whatsapp.line.closes('connection_lost');
    await settled();
    expect((await held.session()).retries).toBe(retries);
    held.interrupt.abort(stop);
    await ended;
  });

  it('that has lasted clears the spent retries in the store at once', async () => {
    const held = await holding([online], { retries: 5 });
    const [ended] = await keep(held);
    await held.clock.advance(59_999);
    expect((await held.session()).retries).toBe(5);
    await held.clock.advance(1);
    expect((await held.session()).retries).toBe(0);
    held.interrupt.abort(stop);
    await ended;
  });

  it('that has lasted clears the spent retries even if the store was locked at that moment', async () => {
    const held = await holding([online, online], { retries: 5 });
    const [ended] = await keep(held);
    await settled();
    const unlock = lock(held);
    await held.clock.advance(60_000);
    unlock();
    held.whatsapp.line.closes('connection_lost');
    await held.clock.advance(250);
    expect(held.whatsapp.lines).toHaveLength(2);
    expect((await held.session()).retries).toBe(1);
    held.interrupt.abort(stop);
    expect(await ended).toBe(stop);
  });

  it('that has lasted lets an outdated client look its version up once more', async () => {
    const outdated: Script = (line) => line.closes('outdated', 405);
    const held = await holding([outdated, online, outdated, outdated], {});
    const [ended] = await keep(held);
    await held.clock.advance(60_000);
    expect(held.whatsapp.refreshes).toBe(1);
    held.whatsapp.line.closes('connection_lost');
    await held.clock.advance(250);
    expect(await ended).toMatchObject({ code: 'outdated' });
    expect(held.whatsapp.refreshes).toBe(2);
    expect((await held.session()).status).toBe('failed');
  });
});

describe('a connection whose store fails', () => {
  const full = new WactlError('store_damaged', 'no');
  const breaks: Script = (line) => line.breaks(full);

  it('ends, with no timer left behind', async () => {
    const held = await holding([online], {});
    const [ended] = await keep(held);
    await settled();
    held.whatsapp.line.breaks(full);
    expect(await ended).toBe(full);
    expect(held.clock.sleeping).toEqual([]);
    expect(await held.store.leases.leases()).toEqual([]);
  });

  it('does not block other connections, however often it fails', async () => {
    const times = 20;
    const held = await holding([...Array.from({ length: times }, () => breaks), online], {});
    for (let time = 0; time < times; time++) expect(await (await keep(held))[0]).toBe(full);
    const [ended] = await keep(held);
    await settled();
    expect(held.told.at(-1)).toBe('logged_in');
    held.interrupt.abort(stop);
    expect(await ended).toBe(stop);
  });

  it('ends a check as well', async () => {
    const asked: Script = (line) => {
      line.profile = () => {
        line.breaks(full);
        return settled().then(() => Promise.reject(full));
      };
      line.logsIn();
    };
    const held = await holding([asked], {});
    const checking = held.holder.check(await held.session(), { signal: held.interrupt.signal });
    expect(await rejection(checking)).toBe(full);
    expect(await held.store.leases.leases()).toEqual([]);
  });
});

describe('a close', () => {
  it.each([
    ['logged_out', 401, 'logged_out', false],
    ['replaced', 440, 'failed', true],
    ['banned', 403, 'failed', true],
    ['multidevice_mismatch', 411, 'failed', true],
  ] as const)('%s (%i) is final: %s', async (reason, code, status, isPaired) => {
    const held = await holding([online], {});
    const [ended] = await keep(held);
    await held.clock.advance(1_000);
    held.whatsapp.line.closes(reason, code);
    expect(await ended).toMatchObject({ name: 'ClosedError', close: { reason, code } });
    expect(await held.session()).toMatchObject({
      status,
      paired: isPaired,
      lastClose: { reason, code },
      lastSeenAt: held.clock.now(),
    });
    expect(held.told.at(-1)).toBe(`${status} ${reason}`);
    expect(held.clock.sleeping).toEqual([]);
  });

  it('515 is not final, and counts no retry', async () => {
    const held = await holding([online, online], { retries: 10 });
    const [ended] = await keep(held);
    await settled();
    held.whatsapp.line.closes('restart_required', 515);
    await held.clock.advance(0);
    expect(held.whatsapp.lines).toHaveLength(2);
    expect((await held.session()).retries).toBe(10);
    held.interrupt.abort(stop);
    await ended;
  });
});
