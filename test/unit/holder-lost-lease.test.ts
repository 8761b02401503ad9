import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { firstBox } from '../../src/domain/box.ts';
import { statusSentence } from '../../src/commands/status-event.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';
import type { HolderEvent } from '../../src/domain/held.ts';
import { LeaseLostError } from '../../src/errors.ts';
import { heldStatuses } from '../../src/holder/held-statuses.ts';
import { reportLoss } from '../../src/holder/report-loss.ts';
import type { Lease, LeaseClaim, LeaseLoss, Leases } from '../../src/ports/leases.ts';
import { settled } from '../support/fake-clock.ts';
import { fakeFeed } from '../support/fake-feed.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import { keep } from '../support/keep-online.ts';

const theirs: LeaseClaim = {
  sessionId: 'a',
  leaseId: 'theirs',
  pid: 2,
  socketPath: '/run/theirs',
  status: 'logged_in',
};
const elsewhere: Lease = { ...theirs, acquiredAt: new Date(0), host: 'berlin' };

const eventOf = ({ kind }: HolderEvent): OutboxEvent => ({
  id: randomUUID(),
  type: kind === 'message' ? 'message' : 'session.connected',
  body: '{}',
  createdAt: new Date(0),
  expiresAt: null,
});

/** Makes what the store calls when a lease is lost, of the one that is taken last, a function of the test. */
function losing(leases: Leases): (why: LeaseLoss) => void {
  const acquire = leases.acquire.bind(leases);
  let lose: (why: LeaseLoss) => void = () => undefined;
  leases.acquire = (claim, dead, onLost) => {
    lose = onLost ?? lose;
    return acquire(claim, dead, onLost);
  };
  return (why) => lose(why);
}

describe('a lease', () => {
  it('that is lost closes the connection at once, and ends the work', async () => {
    const seen: HolderEvent[] = [];
    const observer = {
      ...fakeFeed().observer,
      note: (_id: string, event: HolderEvent) => void seen.push(event),
    };
    const held = await holding([(line) => line.logsIn()], {}, observer);
    const { leases } = held.store;
    const lose = losing(leases);
    const [ended] = await keep(held);
    await settled();
    expect(held.whatsapp.line.isOpen).toBe(true);
    lose('not_renewed');
    expect(await ended).toBeInstanceOf(LeaseLostError);
    const last = seen.at(-1);
    expect(last?.kind === 'status' && statusSentence(last)).toBe(
      'disconnected: this process no longer holds the session',
    );
    expect(held.warnings).toEqual([
      'a: the store could not be reached in time to keep the session: its connection is closed, and nothing more of it is stored here',
    ]);
    expect(held.whatsapp.line.isOpen).toBe(false);
    expect(await leases.leaseOf('a')).toBeUndefined();
  });

  it('that is lost ends the wait for a store that says nothing, and with it the connection', async () => {
    const lost = new AbortController();
    const { store } = await holding([], {});
    const silent = { ...store.under('ours'), write: () => new Promise<never>(() => undefined) };
    const written = rejection(reportLoss(silent, lost.signal, () => undefined).write('a', {}));
    const reason = new LeaseLostError('a');
    lost.abort(reason);
    expect(await written).toBe(reason);
  });

  it('that is lost ends the wait for events that are not recorded yet', async () => {
    const silent = { ...fakeFeed().observer, recorded: () => new Promise<never>(() => undefined) };
    const held = await holding([(line) => line.logsIn()], {}, silent);
    const lose = losing(held.store.leases);
    const [ended] = await keep(held);
    await settled();
    const recorded = rejection(held.whatsapp.line.request.recorded?.() ?? Promise.resolve());
    lose('not_renewed');
    expect(await recorded).toBeInstanceOf(LeaseLostError);
    expect(await ended).toBeInstanceOf(LeaseLostError);
  });

  it('that another process has makes of its 440 no failure: the session is as that process leaves it', async () => {
    const held = await holding([(line) => line.logsIn()], {});
    const [ended] = await keep(held);
    await settled();
    const { leases } = held.store;
    await leases.acquire(theirs, (await leases.leaseOf('a'))?.leaseId);
    const before = await held.session();
    held.whatsapp.line.closes('replaced', 440);
    expect(await ended).toBeInstanceOf(LeaseLostError);
    expect(await held.session()).toEqual(before);
    expect(held.told.at(-1)).toBe('logged_in');
    expect(held.warnings).toEqual([
      'a: another process has the session, or may take it by now: its connection is closed, and nothing more of it is stored here',
    ]);
    expect(await leases.leaseOf('a')).toMatchObject({ leaseId: 'theirs' });
  });

  it('that was lost is told once, and nothing is delivered any more', async () => {
    const released: unknown[] = [];
    const held = await holding(
      [(line) => line.logsIn()],
      {},
      {
        ...fakeFeed().observer,
        note: (_id, event, store) =>
          void store.append(firstBox('a'), 'https://example.com/', [eventOf(event)]).catch(() => undefined),
        release: (_id, withinMs) => Promise.resolve(void released.push(withinMs)),
      },
    );
    const [ended] = await keep(held);
    await settled();
    const { leases, outbox } = held.store;
    const stored = (await outbox.list(firstBox('a'), 10)).pending;
    expect(stored).toBeGreaterThan(0);
    await leases.acquire(theirs, (await leases.leaseOf('a'))?.leaseId);
    held.whatsapp.line.message('m1');
    held.whatsapp.line.message('m2');
    expect(await ended).toBeInstanceOf(LeaseLostError);
    expect(held.whatsapp.line.isOpen).toBe(false);
    expect([held.warnings.length, released]).toEqual([1, [0]]);
    expect((await outbox.list(firstBox('a'), 10)).pending).toBe(stored);
  });

  it('of another machine is not taken, and nobody is asked there', async () => {
    const held = await holding([], {});
    held.store.leases.leaseOf = () => Promise.resolve(elsewhere);
    const { signal } = held.interrupt;
    const refused = await rejection(held.holder.check(await held.session(), { signal }));
    expect(refused).toMatchObject({ code: 'in_use', message: 'a is held on the machine berlin' });
  });

  it('of another machine stands, though the process there has the pid of this one', async () => {
    const held = await holding([], {});
    held.store.leases.leases = () => Promise.resolve([{ ...elsewhere, pid: 1 }]);
    expect([...(await held.holder.heldStatuses())]).toEqual([['a', 'logged_in']]);
  });

  it('of another machine tells the status of its session', async () => {
    const asked: string[] = [];
    const statuses = await heldStatuses([elsewhere], (path) => {
      asked.push(path);
      return Promise.resolve(false);
    });
    expect([[...statuses], asked]).toEqual([[['a', 'logged_in']], []]);
  });
});
