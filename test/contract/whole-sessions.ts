import { firstBox } from '../../src/domain/box.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Leases } from '../../src/ports/leases.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { SessionStore } from '../../src/ports/store.ts';
import type { WholeSession } from '../../src/domain/whole-session.ts';
import { appendEvents } from '../support/append-events.ts';
import { grown, newborn } from '../support/fake-session.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { bytes, draftOf, identity, start } from '../support/store-drafts.ts';

type Store = SessionStore & { readonly leases: Leases; readonly outbox: Outbox };

/** The contract of every SessionStore for sessions that are read and put as a whole. */
export function wholeSessionsContract(name: string, make: (now: () => Date) => Store | Promise<Store>): void {
  describe(`${name}: the contract of SessionStore`, () => {
    let store: Store;

    beforeEach(async () => {
      store = await make(() => new Date(start));
    });
    afterEach(() => store.close());

    const keys = [
      { type: 'pre-key', id: '1', value: bytes('one') },
      { type: 'sender-key', id: 'a@g.us::b::1', value: new Uint8Array([0, 255]) },
    ];
    const moved: WholeSession = { session: { ...grown, id: 'a' }, credentials: { creds: bytes('c'), keys } };
    const asPut = (session = moved.session) => ({ ...session, updatedAt: new Date(start) });
    const sorted = (whole: WholeSession) => ({
      ...whole,
      credentials: whole.credentials && {
        creds: [...whole.credentials.creds],
        keys: whole.credentials.keys
          .map(({ type, id, value }) => ({ type, id, value: [...value] }))
          .sort((a, b) => (a.type < b.type ? -1 : 1)),
      },
    });
    const hold = (id: string, leaseId: string) =>
      store.leases.acquire({ sessionId: id, leaseId, pid: 1, socketPath: '/s', status: 'connecting' });

    describe('a whole session', () => {
      test('is read with all its keys, and put elsewhere as it was', async () => {
        await store.create(draftOf('a', { name: 'A' }));
        await pairInStore(store, 'a', identity, { creds: bytes('creds'), keys });
        const whole = await store.readWhole('a');
        expect(sorted(whole)).toEqual(
          sorted({
            session: (await store.get('a')) as WholeSession['session'],
            credentials: { creds: bytes('creds'), keys },
          }),
        );
        await store.remove('a', { evenLinked: true });
        await store.putWhole([whole]);
        expect(sorted(await store.readWhole('a'))).toEqual(
          sorted({ ...whole, session: asPut(whole.session) }),
        );
      });

      test('has null for credentials when there are none', async () => {
        await store.create(draftOf('a'));
        expect((await store.readWhole('a')).credentials).toBeNull();
      });

      test('has the events that wait, for each receiver in order, and is put with them', async () => {
        await store.create(draftOf('a'));
        const event = (id: string, expiresAt: Date | null = null) =>
          ({ id, type: 'message', body: `{"id":"${id}"}`, createdAt: new Date(start), expiresAt }) as const;
        const [first, other] = [firstBox('a'), { sessionId: 'a', receiver: 'crm' }];
        const soon = new Date(start + 60_000);
        await appendEvents(store, other, 'https://example.com/crm', [event('e0'), event('e1')]);
        await appendEvents(store, first, 'https://example.com/', [
          event('e1'),
          event('e2'),
          event('qr', soon),
        ]);
        await store.outbox.record(first, 'e1', { kind: 'delivered', url: 'https://example.com/' });
        const { waiting, ...whole } = await store.readWhole('a');
        expect(waiting).toEqual([
          { receiver: 'crm', ...event('e0') },
          { receiver: 'crm', ...event('e1') },
          { receiver: 'default', ...event('e2') },
        ]);
        await store.putWhole([{ ...whole, ...(waiting && { waiting }) }], { replace: ['a'] });
        expect((await store.readWhole('a')).waiting).toEqual(waiting);
        expect(await store.outbox.next(first)).toMatchObject({ ...event('e2'), attempts: 0 });
        expect(await store.outbox.due()).toEqual([other, first]);
      });

      test('that is missing is not found', async () => {
        await expect(store.readWhole('ghost')).rejects.toMatchObject({ code: 'not_found' });
      });

      test('is put with every field, and its credentials are read as those of any other', async () => {
        await store.putWhole([moved, { session: newborn, credentials: null }]);
        expect(await store.get('a')).toEqual(asPut());
        expect(await store.get(newborn.id)).toEqual(asPut(newborn));
        expect(await store.readCreds('a')).toEqual(bytes('c'));
        expect(await store.readCreds(newborn.id)).toBeUndefined();
        expect([...(await store.readKeys('a', 'pre-key', ['1'])).values()]).toEqual([bytes('one')]);
      });

      test('takes the place of another only when told, and nothing of that one is left', async () => {
        await store.create(draftOf('a', { name: 'before' }));
        const old = [{ type: 'session', id: 'x', value: bytes('old') }];
        await pairInStore(store, 'a', identity, { creds: bytes('old'), keys: old });
        const event = {
          id: 'e',
          type: 'message',
          body: '{}',
          createdAt: new Date(start),
          expiresAt: null,
        } as const;
        await appendEvents(store, firstBox('a'), 'https://example.com/', [event]);
        await expect(store.putWhole([moved])).rejects.toMatchObject({ code: 'already_exists' });
        expect((await store.get('a'))?.name).toBe('before');
        await store.putWhole([moved], { replace: ['a'] });
        expect(await store.get('a')).toEqual(asPut());
        expect(await store.readKeys('a', 'session', ['x'])).toEqual(new Map());
        expect(await store.outbox.next(firstBox('a'))).toBeUndefined();
      });

      test('does not take the place of a held one, unless its holder is known to be dead', async () => {
        await store.create(draftOf('a'));
        await hold('a', 'lease-1');
        const put = (...deadLeases: string[]) => store.putWhole([moved], { replace: ['a'], deadLeases });
        await expect(put()).rejects.toMatchObject({ code: 'in_use' });
        await expect(put('lease-0')).rejects.toMatchObject({ code: 'in_use' });
        expect((await store.get('a'))?.name).toBeNull();
        await put('lease-0', 'lease-1');
        expect((await store.get('a'))?.name).toBe('My phone');
        expect(await store.leases.leaseOf('a')).toBeUndefined();
      });

      test('is put together with the others, or none of them is', async () => {
        await store.create(draftOf('taken'));
        const others = [moved, { session: { ...newborn, id: 'taken' }, credentials: null }];
        await expect(store.putWhole(others)).rejects.toMatchObject({ code: 'already_exists' });
        expect(await store.get('a')).toBeUndefined();
        expect(await store.readKeys('a', 'pre-key', ['1'])).toEqual(new Map());
      });
    });
  });
}
