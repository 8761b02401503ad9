import { firstBox } from '../../src/domain/box.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentKeptMs, finishedLimits, pendingLimit } from '../../src/domain/delivery.ts';
import type { Leases } from '../../src/ports/leases.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import { absentPatienceMs, patienceMs } from '../../src/domain/receiver.ts';
import type { SessionStore } from '../../src/ports/store.ts';
import { claimOf } from './leases.ts';
import { appendEvents } from '../support/append-events.ts';
import { draftOf } from '../support/store-drafts.ts';
import type { AttemptOutcome, OutboxEvent } from '../../src/domain/delivery.ts';

type Store = SessionStore & { readonly outbox: Outbox; readonly leases: Leases };
export type OutboxMaker = (now: () => Date) => Store | Promise<Store>;

const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const url = 'https://example.com/hook';

/** The contract of every Outbox. */
export function outboxContract(name: string, make: OutboxMaker): void {
  describe(`${name}: the contract of Outbox`, () => {
    let store: Store;
    let outbox: Outbox;
    let nowMs: number;

    beforeEach(async () => {
      nowMs = start;
      store = await make(() => new Date(nowMs));
      outbox = store.outbox;
      await store.create(draftOf('a'));
    });
    afterEach(() => store.close());

    const at = (offsetMs: number): Date => new Date(start + offsetMs);
    const eventOf = (id: string, rest: Partial<OutboxEvent> = {}): OutboxEvent => ({
      id,
      type: 'message',
      body: `body of ${id} Ž🛟`,
      createdAt: new Date(nowMs),
      expiresAt: null,
      ...rest,
    });
    const append = (...ids: string[]) =>
      appendEvents(
        store,
        firstBox('a'),
        url,
        ids.map((id) => eventOf(id)),
      );
    const nextId = async (): Promise<string | undefined> => (await outbox.next(firstBox('a')))?.id;
    const states = async (limit = 1_000): Promise<string[]> =>
      (await outbox.list(firstBox('a'), limit)).deliveries.map(({ id, state }) => `${id} ${state}`);
    const retry = (rest: Partial<Extract<AttemptOutcome, { kind: 'retry' }>> = {}): AttemptOutcome => ({
      kind: 'retry',
      url,
      error: 'the receiver answered 500',
      waitMs: 5_000,
      ...rest,
    });
    const untried = {
      url: null,
      failures: 0,
      failingSince: null,
      failedMs: 0,
      absentMs: null,
      nextAttemptAt: null,
      waitMs: 0,
      turnedOffAt: null,
      dropped: 0,
    };

    test('appended events come back complete, the oldest first', async () => {
      const event = eventOf('e1', { type: 'session.qr', expiresAt: at(60_000) });
      expect(await appendEvents(store, firstBox('a'), url, [event, eventOf('e2')])).toBe(0);
      expect(await outbox.next(firstBox('a'))).toEqual({ ...event, attempts: 0, firstExpiryAt: at(60_000) });
      expect(await states()).toEqual(['e1 pending', 'e2 pending']);
    });

    test('an empty outbox has no event', async () => {
      expect(await outbox.next(firstBox('a'))).toBeUndefined();
      expect(await outbox.receiver(firstBox('a'))).toEqual(untried);
      expect(await outbox.list(firstBox('a'), 5)).toEqual({ deliveries: [], pending: 0, receiver: untried });
    });

    test('delivered events leave in order', async () => {
      await append('e1', 'e2');
      await append('e3');
      for (const id of ['e1', 'e2', 'e3']) {
        expect(await nextId()).toBe(id);
        nowMs += 1;
        await outbox.record(firstBox('a'), id, { kind: 'delivered', url });
      }
      expect(await nextId()).toBeUndefined();
      expect((await outbox.list(firstBox('a'), 1)).deliveries).toEqual([
        {
          id: 'e3',
          type: 'message',
          state: 'delivered',
          createdAt: at(0),
          attempts: 1,
          lastAttemptAt: at(3),
          lastError: null,
        },
      ]);
    });

    test('a failed attempt is counted for the event and the receiver, and the order stays', async () => {
      await append('e1', 'e2');
      await outbox.record(firstBox('a'), 'e1', retry());
      nowMs += 1_000;
      await outbox.record(firstBox('a'), 'e1', retry({ error: 'the receiver answered 503', waitMs: 9_000 }));
      expect(await outbox.next(firstBox('a'))).toMatchObject({ id: 'e1', attempts: 2 });
      const { deliveries, pending, receiver } = await outbox.list(firstBox('a'), 1);
      expect(deliveries).toMatchObject([
        { attempts: 2, lastAttemptAt: at(1_000), lastError: 'the receiver answered 503' },
      ]);
      expect(pending).toBe(2);
      expect(receiver).toEqual({
        ...untried,
        url,
        failures: 2,
        failingSince: at(0),
        failedMs: 5_000,
        nextAttemptAt: at(10_000),
        waitMs: 9_000,
      });
      expect(await outbox.receiver(firstBox('a'))).toEqual(receiver);
    });

    test.each(['delivered', 'refused'] as const)('%s: the receiver counts as alive', async (kind) => {
      await append('e1', 'e2');
      await outbox.record(firstBox('a'), 'e1', retry());
      await outbox.record(firstBox('a'), 'e1', { kind, url, error: 'the receiver answered 400' });
      expect(await outbox.receiver(firstBox('a'))).toEqual({ ...untried, url });
      expect(await states()).toEqual([`e1 ${kind === 'refused' ? 'failed' : kind}`, 'e2 pending']);
    });

    test('an event that is there already, pending or delivered, is not appended again', async () => {
      await append('e1', 'e2', 'e1');
      await outbox.record(firstBox('a'), 'e1', { kind: 'delivered', url });
      await append('e1', 'e2', 'e3');
      expect(await states()).toEqual(['e1 delivered', 'e2 pending', 'e3 pending']);
    });

    test('another address starts with no failures', async () => {
      await append('e1');
      await outbox.record(firstBox('a'), 'e1', retry());
      nowMs += 1;
      await outbox.record(firstBox('a'), 'e1', retry({ url: 'https://b.example/' }));
      expect(await outbox.receiver(firstBox('a'))).toMatchObject({
        url: 'https://b.example/',
        failures: 1,
        failingSince: at(1),
      });
    });

    /** An attempt that fails after the planned wait. */
    const failAfter = async (id: string, waitMs: number): Promise<void> => {
      await outbox.record(firstBox('a'), id, retry({ waitMs }));
      nowMs += waitMs;
    };

    test('an event that has waited for a day of failures is given up, with the reason', async () => {
      await append('old');
      await failAfter('old', 1_000);
      await append('edge');
      await failAfter('old', patienceMs / 2);
      await append('young');
      await failAfter('old', patienceMs / 2 - 1_001);
      await outbox.record(firstBox('a'), 'old', retry({ waitMs: 1 }));
      expect(await states()).toEqual(['old pending', 'edge pending', 'young pending']);
      await outbox.record(firstBox('a'), 'old', retry());
      expect(await states()).toEqual(['old failed', 'edge failed', 'young pending']);
      const [, edge] = (await outbox.list(firstBox('a'), 5)).deliveries;
      expect(edge).toMatchObject({ attempts: 0, lastError: 'the receiver answered 500' });
    });

    test('neither a jumping clock nor time without a process counts toward that day', async () => {
      await append('e1');
      for (const jumpMs of [26 * 3_600_000, -26 * 3_600_000, 99 * 3_600_000]) {
        await failAfter('e1', 5_000);
        nowMs += jumpMs;
      }
      await outbox.record(firstBox('a'), 'e1', retry());
      expect(await states()).toEqual(['e1 pending']);
      expect(await outbox.receiver(firstBox('a'))).toMatchObject({ failedMs: 15_000 });
    });

    test('a wait that was cut short is not counted', async () => {
      await append('e1');
      await failAfter('e1', 0);
      await outbox.record(firstBox('a'), 'e1', retry({ waitMs: 3_600_000 }));
      await outbox.retryNow(firstBox('a'));
      await outbox.record(firstBox('a'), 'e1', retry());
      expect(await outbox.receiver(firstBox('a'))).toMatchObject({ failedMs: 0, waitMs: 5_000 });
    });

    test('an attempt further ahead than planned is due, because the clock was wrong', async () => {
      await append('e1');
      await outbox.record(firstBox('a'), 'e1', retry({ waitMs: 5_000 }));
      expect(await outbox.due()).toEqual([]);
      nowMs -= 1;
      expect(await outbox.due()).toEqual([firstBox('a')]);
    });

    test('410 gives up every event, and no more are kept for that address', async () => {
      await append('e1', 'e2');
      await outbox.record(firstBox('a'), 'e1', { kind: 'gone', url, error: 'the receiver answered 410' });
      expect(await states()).toEqual(['e1 failed', 'e2 failed']);
      expect(await outbox.receiver(firstBox('a'))).toEqual({ ...untried, url, turnedOffAt: at(0) });
      expect(await append('e3')).toBe(0);
      expect(await nextId()).toBeUndefined();
      await appendEvents(store, firstBox('a'), 'https://b.example/', [eventOf('e4')]);
      expect(await nextId()).toBe('e4');
    });

    test('an address that is turned on again keeps new events', async () => {
      await append('e1');
      await outbox.record(firstBox('a'), 'e1', { kind: 'gone', url, error: 'the receiver answered 410' });
      await outbox.turnOn(firstBox('a'), url);
      expect(await outbox.receiver(firstBox('a'))).toEqual({ ...untried, url });
      await append('e2');
      expect(await nextId()).toBe('e2');
    });

    test('the pending events of each session are counted', async () => {
      expect([...(await outbox.waiting())]).toEqual([]);
      await store.create(draftOf('b'));
      await append('e1', 'e2');
      await appendEvents(store, firstBox('b'), url, [eventOf('e3')]);
      expect(await outbox.waiting()).toEqual(
        new Map([
          ['a', 2],
          ['b', 1],
        ]),
      );
      await outbox.record(firstBox('b'), 'e3', { kind: 'delivered', url });
      await outbox.record(firstBox('a'), 'e1', { kind: 'refused', url, error: 'the receiver answered 400' });
      expect(await outbox.waiting()).toEqual(new Map([['a', 1]]));
    });

    test('a waiting event can be tried at once', async () => {
      expect(await outbox.due()).toEqual([]);
      await append('e1');
      expect(await outbox.due()).toEqual([firstBox('a')]);
      await outbox.record(firstBox('a'), 'e1', retry());
      const before = await outbox.receiver(firstBox('a'));
      expect(before.nextAttemptAt).not.toBeNull();
      expect(await outbox.due()).toEqual([]);
      await outbox.retryNow(firstBox('a'));
      expect(await outbox.due()).toEqual([firstBox('a')]);
      expect(await outbox.receiver(firstBox('a'))).toEqual({ ...before, nextAttemptAt: null });
      await outbox.retryNow(firstBox('ghost'));
      expect(await outbox.receiver(firstBox('ghost'))).toEqual(untried);
    });

    test('an expired event is skipped and reported', async () => {
      const expiresAt = at(20);
      await appendEvents(store, firstBox('a'), url, [eventOf('qr', { expiresAt }), eventOf('e2')]);
      nowMs += 19;
      expect(await nextId()).toBe('qr');
      nowMs += 1;
      expect(await nextId()).toBe('e2');
      expect(await states()).toEqual(['qr expired', 'e2 pending']);
    });

    test('the first expiry is reported, wherever its event is in the order', async () => {
      await append('e1');
      expect((await outbox.next(firstBox('a')))?.firstExpiryAt).toBeNull();
      await appendEvents(store, firstBox('a'), url, [
        eventOf('qr2', { expiresAt: at(40) }),
        eventOf('qr1', { expiresAt: at(20) }),
      ]);
      expect((await outbox.next(firstBox('a')))?.firstExpiryAt).toEqual(at(20));
      nowMs += 20;
      expect((await outbox.next(firstBox('a')))?.firstExpiryAt).toEqual(at(40));
      expect(await states()).toEqual(['qr1 expired', 'e1 pending', 'qr2 pending']);
    });

    test('when the outbox is full, the oldest events are dropped and counted', async () => {
      const many = Array.from({ length: pendingLimit }, (_, index) => eventOf(`e${index}`));
      expect(await appendEvents(store, firstBox('a'), url, many)).toBe(0);
      expect(await append('late1', 'late2')).toBe(2);
      expect(await nextId()).toBe('e2');
      const { pending, receiver } = await outbox.list(firstBox('a'), 1);
      expect([pending, receiver.dropped]).toEqual([pendingLimit, 2]);
      await outbox.record(firstBox('a'), 'e2', { kind: 'delivered', url });
      expect((await outbox.receiver(firstBox('a'))).dropped).toBe(2);
      expect(await append('late3')).toBe(0);
    });

    test('an attempt at an event that was dropped meanwhile changes only the receiver', async () => {
      await outbox.record(firstBox('a'), 'ghost', retry());
      expect(await outbox.list(firstBox('a'), 5)).toMatchObject({
        deliveries: [],
        receiver: { failures: 1 },
      });
    });

    test('the newest finished events are kept, failed and delivered ones separately', async () => {
      const ids = Array.from({ length: finishedLimits.delivered + 2 }, (_, index) => `e${index}`);
      await append('bad', ...ids);
      await outbox.record(firstBox('a'), 'bad', { kind: 'refused', url, error: 'the receiver answered 400' });
      await Promise.all(ids.map((id) => outbox.record(firstBox('a'), id, { kind: 'delivered', url })));
      const kept = ['bad failed', ...ids.slice(2).map((id) => `${id} delivered`)];
      expect(await states(2_000)).toEqual(kept);
      expect(await states(3)).toEqual(kept.slice(-3));
    });

    /** An attempt that finds the receiver absent, after the planned wait. */
    const absentAfter = async (id: string, waitMs: number): Promise<void> => {
      await outbox.record(firstBox('a'), id, retry({ waitMs, isAbsent: true }));
      nowMs += waitMs;
    };

    test('an event whose receiver was absent for an hour of waits is given up, those behind it are not', async () => {
      await append('old');
      await absentAfter('old', 1_000);
      await absentAfter('old', absentPatienceMs - 1_001);
      await append('young');
      await absentAfter('old', 1);
      expect(await states()).toEqual(['old pending', 'young pending']);
      await absentAfter('old', 1);
      expect(await states()).toEqual(['old failed', 'young pending']);
    });

    test('an outage before it does not count towards that hour, and another answer begins it anew', async () => {
      await append('e1');
      await failAfter('e1', absentPatienceMs * 3);
      await absentAfter('e1', absentPatienceMs - 1);
      await failAfter('e1', 1_000);
      await absentAfter('e1', absentPatienceMs - 1);
      await absentAfter('e1', 1);
      expect(await states()).toEqual(['e1 pending']);
      expect(await outbox.receiver(firstBox('a'))).toMatchObject({ absentMs: absentPatienceMs - 1 });
    });

    const finish = async (id: string, kind: 'delivered' | 'refused'): Promise<void> =>
      outbox.record(firstBox('a'), id, { kind, url, error: 'the receiver answered 400' });

    test('failed events are replayed in their order, before those that wait', async () => {
      await append('e1', 'e2', 'e3', 'e4');
      await finish('e1', 'refused');
      await finish('e2', 'delivered');
      await finish('e3', 'refused');
      await outbox.record(firstBox('a'), 'e4', retry());
      const before = await outbox.receiver(firstBox('a'));
      expect(await outbox.replay(firstBox('a'), { onlyFailed: true })).toBe(2);
      expect(
        (await outbox.list(firstBox('a'), 9)).deliveries.map(({ id, state }) => `${id} ${state}`),
      ).toEqual(['e2 delivered', 'e1 pending', 'e3 pending', 'e4 pending']);
      expect(await outbox.next(firstBox('a'))).toMatchObject({
        id: 'e1',
        body: 'body of e1 Ž🛟',
        attempts: 1,
      });
      // Tried at once, whatever was planned.
      expect(await outbox.receiver(firstBox('a'))).toEqual({ ...before, nextAttemptAt: null });
      await finish('e1', 'delivered');
      expect(await nextId()).toBe('e3');
    });

    test.each([
      [{ eventId: 'e1' }, ['e1']],
      [{ eventId: 'e9' }, []],
      [{ since: at(1) }, ['e2']],
      [{ since: at(0) }, ['e1', 'e2']],
      [{ since: at(0), onlyFailed: true }, ['e1']],
      [{ eventId: 'e2', onlyFailed: true }, []],
    ])('a replay of %j: %j', async (which, ids) => {
      await append('e1');
      nowMs += 1;
      await append('e2');
      await finish('e1', 'refused');
      await finish('e2', 'delivered');
      expect(await outbox.replay(firstBox('a'), which)).toBe(ids.length);
      expect((await states()).filter((line) => line.endsWith('pending'))).toEqual(
        ids.map((id) => `${id} pending`),
      );
    });

    test('a replayed event is given a day anew', async () => {
      await append('e1');
      await failAfter('e1', patienceMs);
      await failAfter('e1', 1);
      expect(await states()).toEqual(['e1 failed']);
      expect(await outbox.replay(firstBox('a'), { onlyFailed: true })).toBe(1);
      await failAfter('e1', 1);
      expect(await states()).toEqual(['e1 pending']);
    });

    test('what a 410 gave up can be replayed', async () => {
      await append('e1', 'e2');
      await outbox.record(firstBox('a'), 'e1', { kind: 'gone', url, error: 'the receiver answered 410' });
      expect(await outbox.replay(firstBox('a'), { onlyFailed: true })).toBe(2);
      expect(await nextId()).toBe('e1');
    });

    test('a content is kept for so long and no longer; what expires is not kept at all', async () => {
      await appendEvents(store, firstBox('a'), url, [
        eventOf('e1'),
        eventOf('qr', { expiresAt: at(contentKeptMs * 2) }),
      ]);
      await finish('e1', 'delivered');
      await finish('qr', 'refused');
      nowMs += contentKeptMs - 1;
      await outbox.forget();
      expect(await outbox.replay(firstBox('a'), { since: at(0) })).toBe(1);
      await finish('e1', 'delivered');
      nowMs += contentKeptMs;
      expect(await outbox.replay(firstBox('a'), { since: at(0) })).toBe(0);
      expect(await states()).toEqual(['e1 delivered', 'qr failed']);
    });

    test('no more are replayed than there is room for', async () => {
      await append('old1', 'old2', 'old3');
      for (const id of ['old1', 'old2', 'old3']) await finish(id, 'delivered');
      const many = Array.from({ length: pendingLimit - 2 }, (_, index) => eventOf(`e${index}`));
      await appendEvents(store, firstBox('a'), url, many);
      expect(await outbox.replay(firstBox('a'), { since: at(0) })).toBe(2);
      expect(await nextId()).toBe('old1');
    });

    test('a list has the last finished events, then the next pending ones', async () => {
      await append('e1', 'e2', 'e3', 'e4', 'e5');
      for (const id of ['e1', 'e2']) await outbox.record(firstBox('a'), id, { kind: 'delivered', url });
      expect(await states(1)).toEqual(['e2 delivered', 'e3 pending']);
    });

    test('clearing removes only the pending events', async () => {
      await append('e1', 'e2');
      await outbox.record(firstBox('a'), 'e1', { kind: 'delivered', url });
      await outbox.clear(firstBox('a'));
      expect(await states()).toEqual(['e1 delivered']);
    });

    test("sessions do not see each other's events, and a removed session takes its own along", async () => {
      await store.create(draftOf('b'));
      await append('e1');
      await appendEvents(store, firstBox('b'), url, [eventOf('b1')]);
      await failAfter('e1', patienceMs);
      await outbox.record(firstBox('a'), 'e1', retry());
      await outbox.clear(firstBox('a'));
      expect((await outbox.next(firstBox('b')))?.id).toBe('b1');
      expect(await outbox.receiver(firstBox('b'))).toEqual(untried);
      await store.remove('a');
      await outbox.record(firstBox('a'), 'e1', { kind: 'delivered', url });
      await outbox.turnOn(firstBox('a'), url);
      await store.create(draftOf('a'));
      expect(await outbox.list(firstBox('a'), 5)).toEqual({ deliveries: [], pending: 0, receiver: untried });
    });

    describe('several receivers of a session', () => {
      const crm = { sessionId: 'a', receiver: 'crm' };
      const crmUrl = 'https://crm.example.com/';

      beforeEach(async () => {
        await append('e1', 'e2');
        await appendEvents(store, crm, crmUrl, [eventOf('e1'), eventOf('e2'), eventOf('e3')]);
      });

      test('each has its own events, order and state, of the same events too', async () => {
        await outbox.record(firstBox('a'), 'e1', retry());
        await outbox.record(crm, 'e1', { kind: 'delivered', url: crmUrl });
        expect(await outbox.next(firstBox('a'))).toMatchObject({ id: 'e1', attempts: 1 });
        expect(await outbox.next(crm)).toMatchObject({ id: 'e2', attempts: 0, body: 'body of e2 Ž🛟' });
        expect(await outbox.receiver(firstBox('a'))).toMatchObject({ url, failures: 1 });
        expect(await outbox.receiver(crm)).toEqual({ ...untried, url: crmUrl });
        await outbox.record(firstBox('a'), 'e1', { kind: 'gone', url, error: 'the receiver answered 410' });
        expect(await append('e4')).toBe(0);
        await appendEvents(store, crm, crmUrl, [eventOf('e4')]);
        expect(await states()).toEqual(['e1 failed', 'e2 failed']);
        expect((await outbox.list(crm, 9)).deliveries.map(({ id, state }) => `${id} ${state}`)).toEqual([
          'e1 delivered',
          'e2 pending',
          'e3 pending',
          'e4 pending',
        ]);
        expect(await outbox.replay(firstBox('a'), { onlyFailed: true })).toBe(2);
        expect((await outbox.list(crm, 9)).pending).toBe(3);
      });

      test('each is full by itself', async () => {
        const many = Array.from({ length: pendingLimit }, (_, index) => eventOf(`n${index}`));
        expect(await appendEvents(store, crm, crmUrl, many)).toBe(3);
        expect((await outbox.list(firstBox('a'), 1)).pending).toBe(2);
        expect((await outbox.receiver(firstBox('a'))).dropped).toBe(0);
      });

      test('each waits by itself', async () => {
        await store.create(draftOf('b'));
        await appendEvents(store, { sessionId: 'b', receiver: 'global' }, url, [eventOf('e1')]);
        const boxes = [crm, firstBox('a'), { sessionId: 'b', receiver: 'global' }];
        expect(await outbox.due()).toEqual(boxes);
        await outbox.record(crm, 'e1', retry({ url: crmUrl }));
        expect(await outbox.due()).toEqual(boxes.slice(1));
        expect([await outbox.receivers('a'), await outbox.receivers('b')]).toEqual([
          ['crm', 'default'],
          ['global'],
        ]);
        expect(await outbox.waiting()).toEqual(
          new Map([
            ['a', 5],
            ['b', 1],
          ]),
        );
        await outbox.retryNow(crm);
        expect(await outbox.due()).toEqual(boxes);
        await outbox.clear(firstBox('a'));
        expect([await outbox.due(), await outbox.receivers('a')]).toEqual([[crm, boxes[2]], ['crm']]);
      });

      test('what was removed with a receiver does not come back under its name', async () => {
        await outbox.record(crm, 'e1', { kind: 'gone', url: crmUrl, error: 'the receiver answered 410' });
        await outbox.remove(crm);
        expect(await outbox.list(crm, 9)).toEqual({ deliveries: [], pending: 0, receiver: untried });
        expect((await outbox.list(firstBox('a'), 9)).pending).toBe(2);
        expect(await appendEvents(store, crm, crmUrl, [eventOf('e1')])).toBe(0);
        expect((await outbox.next(crm))?.id).toBe('e1');
      });

      test('all of them go with their session', async () => {
        await store.remove('a');
        await store.create(draftOf('a'));
        expect(await outbox.list(crm, 5)).toEqual({ deliveries: [], pending: 0, receiver: untried });
        expect(await outbox.waiting()).toEqual(new Map());
      });
    });

    test('nothing is stored for a removed session', async () => {
      await expect(appendEvents(store, firstBox('ghost'), url, [eventOf('e1')])).rejects.toMatchObject({
        code: 'not_found',
      });
      expect(await outbox.next(firstBox('ghost'))).toBeUndefined();
    });

    test('appends that are not awaited keep their order', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `e${index}`);
      await store.leases.acquire(claimOf('a', 'one'));
      const held = store.under('one');
      await Promise.all(ids.map((id) => held.append(firstBox('a'), url, [eventOf(id)])));
      expect(await states()).toEqual(ids.map((id) => `${id} pending`));
    });
  });
}
