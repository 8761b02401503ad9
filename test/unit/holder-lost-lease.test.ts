import { describe, expect, it } from 'vitest';
import { LeaseLostError } from '../../src/errors.ts';
import { heldStatuses } from '../../src/holder/held-statuses.ts';
import type { Lease } from '../../src/ports/leases.ts';
import { settled } from '../support/fake-clock.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import { keep } from '../support/keep-online.ts';

const elsewhere: Lease = {
  sessionId: 'a',
  leaseId: 'theirs',
  pid: 2,
  socketPath: '/run/theirs',
  acquiredAt: new Date(0),
  status: 'logged_in',
  host: 'berlin',
};

describe('a lease', () => {
  it('that is lost closes the connection at once, and ends the work', async () => {
    const held = await holding([(line) => line.logsIn()], {});
    const { leases } = held.store;
    const acquire = leases.acquire.bind(leases);
    let lose = (): void => undefined;
    leases.acquire = (claim, dead, onLost) => {
      lose = onLost ?? lose;
      return acquire(claim, dead, onLost);
    };
    const [ended] = await keep(held);
    await settled();
    expect(held.whatsapp.line.isOpen).toBe(true);
    lose();
    expect(await ended).toBeInstanceOf(LeaseLostError);
    expect(held.whatsapp.line.isOpen).toBe(false);
    expect(await leases.leaseOf('a')).toBeUndefined();
  });

  it('of another machine is not taken, and nobody is asked there', async () => {
    const held = await holding([], {});
    held.store.leases.leaseOf = () => Promise.resolve(elsewhere);
    const { signal } = held.interrupt;
    const refused = await rejection(held.holder.check(await held.session(), { signal }));
    expect(refused).toMatchObject({ code: 'in_use', message: 'a is held on the machine berlin' });
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
