import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstBox } from '../../src/domain/box.ts';
import { LeaseLostError } from '../../src/errors.ts';
import type { Lease, LeaseClaim, Leases } from '../../src/ports/leases.ts';
import type { EventSink, HeldSessions, SessionStore } from '../../src/ports/store.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { bytes, draftOf, identity } from '../support/store-drafts.ts';

type Store = SessionStore & { readonly leases: Leases };
export type LeasesMaker = (now: () => Date) => Store | Promise<Store>;

const now = new Date('2026-01-02T03:04:05.678Z');

export const claimOf = (sessionId: string, leaseId: string, pid = 1): LeaseClaim => ({
  sessionId,
  leaseId,
  pid,
  socketPath: `/run/${leaseId}`,
  status: 'connecting',
});

const leaseOf = (sessionId: string, leaseId: string): Lease => ({
  ...claimOf(sessionId, leaseId),
  acquiredAt: now,
});

/** The contract of every Leases. */
export function leasesContract(name: string, make: LeasesMaker): void {
  describe(`${name}: the contract of Leases`, () => {
    let store: Store;
    let leases: Leases;

    beforeEach(async () => {
      store = await make(() => now);
      leases = store.leases;
      await store.create(draftOf('a'));
      await store.create(draftOf('b'));
    });
    afterEach(() => store.close());

    test('the first claim gets the session, and the next one learns who holds it', async () => {
      expect(await leases.acquire(claimOf('a', 'one'))).toMatchObject(leaseOf('a', 'one'));
      expect(await leases.acquire(claimOf('a', 'two', 2))).toMatchObject(leaseOf('a', 'one'));
      expect(await leases.leaseOf('a')).toMatchObject(leaseOf('a', 'one'));
    });

    test('of many claims at once exactly one succeeds', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `lease-${index}`);
      const standing = await Promise.all(ids.map((leaseId) => leases.acquire(claimOf('a', leaseId))));
      expect(new Set(standing.map(({ leaseId }) => leaseId)).size).toBe(1);
    });

    test('a released session is free', async () => {
      await leases.acquire(claimOf('a', 'one'));
      await leases.release('one');
      await leases.release('one');
      expect(await leases.leaseOf('a')).toBeUndefined();
      expect((await leases.acquire(claimOf('a', 'two'))).leaseId).toBe('two');
    });

    test('a dead lease is replaced once; a lease that replaced it meanwhile stays', async () => {
      await leases.acquire(claimOf('a', 'one'));
      expect((await leases.acquire(claimOf('a', 'two'), 'one')).leaseId).toBe('two');
      expect((await leases.acquire(claimOf('a', 'three'), 'one')).leaseId).toBe('two');
      await leases.release('one');
      expect((await leases.leaseOf('a'))?.leaseId).toBe('two');
    });

    test('a dead lease of another session stays', async () => {
      await leases.acquire(claimOf('a', 'one'));
      await leases.acquire(claimOf('b', 'two'), 'one');
      expect((await leases.leases()).map(({ leaseId }) => leaseId)).toEqual(['one', 'two']);
    });

    test("a lease keeps its holder's last status, and nothing of a former holder", async () => {
      await leases.acquire(claimOf('a', 'one'));
      await leases.setLeaseStatus('one', 'logged_in');
      expect((await leases.leaseOf('a'))?.status).toBe('logged_in');
      await leases.acquire(claimOf('a', 'two'), 'one');
      await leases.setLeaseStatus('one', 'failed');
      expect((await leases.leaseOf('a'))?.status).toBe('connecting');
    });

    test('a session that does not exist has no lease', async () => {
      await expect(leases.acquire(claimOf('nobody', 'one'))).rejects.toMatchObject({ code: 'not_found' });
      expect(await leases.leases()).toEqual([]);
    });

    test('a lease is removed with its session', async () => {
      await leases.acquire(claimOf('a', 'one'));
      await store.remove('a', { deadLease: 'one' });
      expect(await leases.leaseOf('a')).toBeUndefined();
      await store.create(draftOf('a'));
      expect((await leases.acquire(claimOf('a', 'two'))).leaseId).toBe('two');
    });

    test('a held session is not removed, unless its lease is the dead one', async () => {
      await leases.acquire(claimOf('a', 'one'));
      expect(await store.remove('a')).toBe(false);
      expect(await store.remove('a', { deadLease: 'other', evenLinked: true })).toBe(false);
      expect(await store.remove('b', { deadLease: 'one' })).toBe(true);
      expect(await leases.leaseOf('a')).toBeDefined();
      expect(await store.remove('a', { deadLease: 'one' })).toBe(true);
    });

    describe('under a lease', () => {
      const close = { reason: 'logged_out', code: 401, at: now } as const;
      const event = { id: 'e1', type: 'message', body: '{}', createdAt: now, expiresAt: null } as const;
      const credentials = { creds: bytes('new'), keys: [{ type: 't', id: '1', value: bytes('new') }] };
      const writes: Readonly<Record<string, (held: HeldSessions & EventSink) => Promise<unknown>>> = {
        'a change of the record': (held) => held.update('a', { messageCount: 7 }),
        'a login': (held) => held.recordLogin('a', { ...identity, pushName: 'New' }),
        'a change of credentials': (held) => held.write('a', credentials),
        'a pairing': (held) => held.commitPairing('a', credentials),
        'an end of a pairing': (held) => held.erase('a', 'logged_out', close),
        'a webhook event': (held) => held.append(firstBox('a'), 'https://example.com/', [event]),
      };
      const all = () => store.readWhole('a');

      beforeEach(async () => {
        await pairInStore(store, 'a', identity, { creds: bytes('old'), keys: [] });
        await leases.acquire(claimOf('a', 'one'));
      });

      test.each(Object.entries(writes))(
        '%s is stored while the lease holds the session',
        async (_, write) => {
          const before = await all();
          await write(store.under('one'));
          expect(await all()).not.toEqual(before);
        },
      );

      test.each(Object.entries(writes))(
        '%s is refused after a takeover, also one under way',
        async (_, write) => {
          const held = store.under('one');
          const before = await all();
          const taken = leases.acquire(claimOf('a', 'two', 2), 'one');
          const written = write(held);
          await taken;
          await expect(written).rejects.toMatchObject({ code: 'not_held' });
          await expect(write(held)).rejects.toThrow(LeaseLostError);
          expect(await all()).toEqual(before);
        },
      );

      test.each(Object.entries(writes))('%s is refused once it is released', async (_, write) => {
        const before = await all();
        await leases.release('one');
        await expect(write(store.under('one'))).rejects.toThrow(LeaseLostError);
        await expect(write(store.under('never'))).rejects.toThrow(LeaseLostError);
        expect(await all()).toEqual(before);
      });

      test('it holds no other session, and none that is gone', async () => {
        const held = store.under('one');
        await expect(held.update('b', { messageCount: 1 })).rejects.toThrow(LeaseLostError);
        await expect(held.append(firstBox('b'), 'https://example.com/', [event])).rejects.toThrow(
          LeaseLostError,
        );
        await store.remove('a', { evenLinked: true, deadLease: 'one' });
        await expect(held.write('a', credentials)).rejects.toMatchObject({ code: 'not_found' });
        const appended = held.append(firstBox('a'), 'https://example.com/', [event]);
        await expect(appended).rejects.toMatchObject({ code: 'not_found' });
      });

      test('it reads what any other process reads', async () => {
        await store.write('a', credentials);
        const held = store.under('never');
        expect(await held.get('a')).toEqual(await store.get('a'));
        expect(await held.readCreds('a')).toEqual(await store.readCreds('a'));
        expect(await held.readKeys('a', 't', ['1'])).toEqual(await store.readKeys('a', 't', ['1']));
      });
    });

    test('a list can use the statuses that the holders report', async () => {
      const live = new Map([['a', 'logged_in' as const]]);
      const page = { page: 1, perPage: 10, live };
      const found = async (...statuses: ('logged_in' | 'disconnected')[]) =>
        (await store.list({ ...page, statuses })).sessions.map(({ id, status }) => `${id} ${status}`);
      expect(await found()).toEqual(['a logged_in', 'b disconnected']);
      expect(await found('logged_in')).toEqual(['a logged_in']);
      expect(await found('disconnected')).toEqual(['b disconnected']);
      expect(await found('disconnected', 'logged_in')).toEqual(['a logged_in', 'b disconnected']);
    });
  });
}
