import { describe, expect, it } from 'vitest';
import { HolderGoneError, NotHeldError } from '../../src/errors.ts';
import { checkElsewhere } from '../../src/holder/check-elsewhere.ts';
import type { CheckElsewhereParts } from '../../src/holder/check-elsewhere.ts';
import type { Held, LiveStatus } from '../../src/domain/held.ts';
import type { Holder } from '../../src/ports/holder.ts';
import type { Lease } from '../../src/ports/leases.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';
import { rejection } from '../support/fake-holding.ts';
import { grown } from '../support/fake-session.ts';

const { signal } = new AbortController();
const answerOf = (pushName: string): LiveStatus => ({
  session: { ...grown, pushName },
  status: 'logged_in',
  close: null,
  profile: null,
  asOf: new Date(0),
});
const lease = { sessionId: grown.id, leaseId: 'l', pid: 4711, socketPath: '/run/1' } as Lease;
const held = { id: grown.id } as Held;
const never = new Promise<never>(() => undefined);

/** Checks `grown`, with a lease, and what the process behind it says; `loaded` counts the calls of the own holder. */
function world(
  standing: Lease | undefined,
  peer: Partial<Pick<Holder, 'held' | 'check'>> = {},
  isThere = true,
) {
  const clock = new FakeClock();
  let loaded = 0;
  let signalThere: AbortSignal | undefined;
  const parts: CheckElsewhereParts = {
    clock,
    leases: { leaseOf: () => Promise.resolve(standing) },
    peers: {
      at: () =>
        Promise.resolve({
          held: peer.held ?? (() => Promise.resolve(held)),
          check(session, options) {
            signalThere = options.signal;
            return peer.check?.(session, options) ?? Promise.resolve(answerOf('there'));
          },
        }),
      isThere: () => Promise.resolve(isThere),
      isStopped: () => false,
    },
    holder() {
      loaded += 1;
      return Promise.resolve({ check: () => Promise.resolve(answerOf('here')) });
    },
  };
  const check = () => checkElsewhere(parts)(grown, { signal, timeoutMs: 30_000 });
  return { clock, check, loaded: () => loaded, isLeft: () => signalThere?.aborted };
}

const from = async (check: () => Promise<LiveStatus>) => (await check()).session.pushName;

describe('the check of a session that another process holds', () => {
  it('is that process’s, without a holder here', async () => {
    const { check, loaded } = world(lease);
    expect(await from(check)).toBe('there');
    expect(loaded()).toBe(0);
  });

  it('is asked for before the process has said that it holds the session', async () => {
    let says: (held: Held) => void = () => undefined;
    const asked: string[] = [];
    const { check } = world(lease, {
      held: () => new Promise((resolve) => (says = resolve)),
      check({ id }) {
        asked.push(id);
        return Promise.resolve(answerOf('there'));
      },
    });
    const checked = from(check);
    await settled();
    expect(asked).toEqual([grown.id]);
    says(held);
    expect(await checked).toBe('there');
  });

  it.each([
    ['nobody has it', undefined, {}, true],
    ['a process of another machine has it', { ...lease, host: 'wa-1' }, {}, true],
    [
      'the process says that it does not',
      lease,
      { held: () => Promise.resolve(null), check: () => never },
      true,
    ],
    [
      'nobody listens there',
      lease,
      { held: () => Promise.reject(new HolderGoneError()), check: () => never },
      false,
    ],
    [
      'the process lets go meanwhile',
      lease,
      { check: () => Promise.reject(new NotHeldError(grown.id)) },
      true,
    ],
    ['the process ends meanwhile', lease, { check: () => Promise.reject(new HolderGoneError()) }, true],
  ])('is the own holder’s when %s', async (_, standing, peer, isThere) => {
    const { check, loaded } = world(standing, peer, isThere);
    expect(await from(check)).toBe('here');
    expect(loaded()).toBe(1);
  });

  it('fails when the process is silent for 2 s, and is asked for no longer', async () => {
    const { clock, check, loaded, isLeft } = world(lease, { held: () => never, check: () => never });
    const failed = rejection(check());
    await settled();
    await clock.advance(1_999);
    expect(isLeft()).toBe(false);
    await clock.advance(1);
    expect(await failed).toMatchObject({
      code: 'in_use',
      message: `${grown.id} is held by process 4711, which does not answer`,
    });
    expect(isLeft()).toBe(true);
    expect(loaded()).toBe(0);
  });
});
