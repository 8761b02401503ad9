import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstBox } from '../../src/domain/box.ts';
import type { DeliveryClaims } from '../../src/ports/delivery-claims.ts';
import type { Leases } from '../../src/ports/leases.ts';
import type { SessionStore } from '../../src/ports/store.ts';
import { draftOf } from '../support/store-drafts.ts';

type Store = SessionStore & { readonly leases: Leases; readonly claims: DeliveryClaims };

export type ClaimsMaker = (now: () => Date) => Store | Promise<Store>;
/** The clock of a store that goes by one of its own. */
type OwnClock = {
  /** Lets time pass for its claims. */
  readonly pass: (ms: number) => Promise<unknown>;
  /** What a test may take. */
  readonly momentMs: number;
};

const forMs = 3_600_000;

/** What every implementation of DeliveryClaims does. */
export function deliveryClaimsContract(
  name: string,
  make: ClaimsMaker,
  { pass, momentMs }: OwnClock = { pass: () => Promise.resolve(), momentMs: 1 },
): void {
  describe(`${name}: claims on what no process holds`, () => {
    let store: Store;
    let claims: DeliveryClaims;
    let now: Date;
    const box = firstBox('a');
    const later = async (ms: number): Promise<void> => {
      now = new Date(now.getTime() + ms);
      await pass(ms);
    };
    const claim = (id: string, deadLease?: string) => claims.claim(box, id, forMs, deadLease);
    const lease = { sessionId: 'a', leaseId: 'l', pid: 1, socketPath: '/s', status: 'connecting' } as const;

    beforeEach(async () => {
      now = new Date('2026-01-01T00:00:00Z');
      store = await make(() => now);
      claims = store.claims;
      await store.create(draftOf('a'));
    });
    afterEach(() => store.close());

    test('the first one gets the box, and keeps it as long as it asks again in time', async () => {
      expect([await claim('one'), await claim('two'), await claim('one')]).toEqual([
        'new',
        undefined,
        'kept',
      ]);
      await later(forMs - momentMs);
      expect([await claim('two'), await claim('one')]).toEqual([undefined, 'kept']);
      await later(forMs);
      expect([await claim('two'), await claim('one')]).toEqual(['new', undefined]);
    });

    test('of many at once one gets it', async () => {
      const all = await Promise.all(Array.from({ length: 20 }, (_, at) => claim(`claim-${String(at)}`)));
      expect(all.filter((one) => one !== undefined)).toEqual(['new']);
    });

    test('each receiver has its own', async () => {
      await claim('one');
      expect(await claims.claim({ ...box, receiver: 'other' }, 'two', forMs, undefined)).toBe('new');
    });

    test('others see whether it stands', async () => {
      expect(await claims.isClaimed(box, 'two')).toBe(false);
      await claim('one');
      expect([await claims.isClaimed(box, 'two'), await claims.isClaimed(box, 'one')]).toEqual([true, false]);
      await later(forMs - momentMs);
      expect(await claims.isClaimed(box, 'two')).toBe(true);
      await later(momentMs);
      expect(await claims.isClaimed(box, 'two')).toBe(false);
    });

    test('a released box is free; only its own claim is released', async () => {
      await claim('one');
      await claims.release(box, 'two');
      expect(await claim('two')).toBeUndefined();
      await claims.release(box, 'one');
      await claims.release(box, 'one');
      expect(await claim('two')).toBe('new');
    });

    test('there is none under a lease, but for one that is dead', async () => {
      await store.leases.acquire(lease);
      expect([await claim('one'), await claim('one', 'other')]).toEqual([undefined, undefined]);
      expect(await claim('one', 'l')).toBe('new');
    });

    test('a claim of before the clock was put back does not count', async () => {
      await later(2 * momentMs);
      await claim('one');
      await later(-2 * momentMs);
      expect(await claims.isClaimed(box, 'two')).toBe(false);
      expect(await claim('two')).toBe('new');
    });

    test('there is none on a session that is gone', async () => {
      await claim('one');
      await store.remove('a');
      expect([await claims.isClaimed(box, 'two'), await claim('one')]).toEqual([false, undefined]);
    });
  });
}
