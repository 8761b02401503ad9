import { firstBox } from '../../src/domain/box.ts';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/open-store.ts';
import { appendEvents } from '../support/append-events.ts';
import { memoryStore } from '../support/memory-store.ts';
import { bundleStoreChild, startStoreChild } from '../support/run-store-child.ts';
import { outboxContract } from './outbox.ts';
import { draftOf } from '../support/store-drafts.ts';
import { contentKeptMs } from '../../src/domain/delivery.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-outbox-'));
let bundle: string;

beforeAll(async () => {
  bundle = await bundleStoreChild(parent);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const newDirectory = (): string => mkdtempSync(join(parent, 'store-'));

outboxContract('memory', (now) => memoryStore(now));
outboxContract('SQLite', (now) => openStore({ directory: newDirectory(), now }));

const url = 'https://example.com/hook';

async function directoryWithSession(): Promise<string> {
  const directory = newDirectory();
  const store = openStore({ directory });
  await store.create(draftOf('a'));
  await store.close();
  return directory;
}

async function pendingIds(directory: string): Promise<string[]> {
  const store = openStore({ directory });
  try {
    return (await store.outbox.list(firstBox('a'), 10_000)).deliveries.map(({ id }) => id);
  } finally {
    await store.close();
  }
}

describe('killed in the middle', () => {
  test.each([0, 1, 6, 7])('of appending 7 events, at event %i: all or none are stored', async (atEvent) => {
    const directory = await directoryWithSession();
    const child = startStoreChild(bundle, { task: 'die_while_appending', directory, id: 'a', atEvent });
    const { lines, how } = await child.ended();
    expect([lines, how]).toEqual([atEvent === 7 ? ['committed'] : [], 'SIGKILL']);
    expect(await pendingIds(directory)).toHaveLength(atEvent === 7 ? 7 : 0);
  });

  test('of a stream of appends, again and again: every acknowledged event is there, in order', async () => {
    const directory = await directoryWithSession();
    let known = 0;
    for (const acknowledgements of [1, 2, 5, 13, 34]) {
      const child = startStoreChild(bundle, { task: 'events', directory, id: 'a', from: known });
      const said: (string | undefined)[] = [];
      while (said.length < acknowledgements) said.push(await child.nextLine());
      child.kill();
      const { lines, how } = await child.ended();
      expect(how).toBe('SIGKILL');
      const last = Number([...said, ...lines].at(-1));
      const ids = await pendingIds(directory);
      expect(ids).toEqual(ids.map((_, index) => `e${index}`));
      expect([last + 1, last + 2]).toContain(ids.length);
      known = ids.length;
    }
  });
});

describe('the file', () => {
  const secret: OutboxEvent = {
    id: 'e1',
    type: 'session.qr',
    body: 'the QR text that nobody may see',
    createdAt: new Date(),
    expiresAt: null,
  };
  const bytesOf = (directory: string): string =>
    readdirSync(directory)
      .map((name) => readFileSync(join(directory, name), 'latin1'))
      .join();

  const payloadIn = (directory: string): string => {
    const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1 });
    const [row] = db.rows('SELECT payload FROM outbox', []);
    db.close();
    return Buffer.from(row?.['payload'] as Uint8Array).toString('latin1');
  };

  test.each(['delivered', 'refused', 'expired'] as const)(
    '%s: contains nothing of a body that expires any more',
    async (how) => {
      const directory = newDirectory();
      let now = new Date();
      const store = openStore({ directory, now: () => now });
      await store.create(draftOf('a'));
      const expiresAt = new Date(now.getTime() + (how === 'expired' ? 1 : 60_000));
      await appendEvents(store, firstBox('a'), url, [{ ...secret, expiresAt }]);
      const sealed = payloadIn(directory);
      expect(bytesOf(directory)).toContain(sealed);
      now = new Date(now.getTime() + 1);
      if (how === 'expired') await store.outbox.next(firstBox('a'));
      else
        await store.outbox.record(firstBox('a'), 'e1', {
          kind: how,
          url,
          error: 'the receiver answered 400',
        });
      await store.close();
      expect(bytesOf(directory)).not.toContain(sealed);
    },
  );

  test.each(['forget', 'record'] as const)(
    '%s: contains no body that was finished 72 hours ago',
    async (how) => {
      const directory = newDirectory();
      let now = new Date();
      const store = openStore({ directory, now: () => now });
      await store.create(draftOf('a'));
      await appendEvents(store, firstBox('a'), url, [secret, { ...secret, id: 'e2', body: 'another' }]);
      const sealed = payloadIn(directory);
      await store.outbox.record(firstBox('a'), 'e1', { kind: 'delivered', url });
      now = new Date(now.getTime() + contentKeptMs - 1);
      await store.outbox.forget();
      expect(bytesOf(directory)).toContain(sealed);
      now = new Date(now.getTime() + 1);
      await (how === 'forget'
        ? store.outbox.forget()
        : store.outbox.record(firstBox('a'), 'e2', { kind: 'delivered', url }));
      await store.close();
      expect(bytesOf(directory)).not.toContain(sealed);
    },
  );

  test('one damaged event fails, the next is delivered', async () => {
    const directory = newDirectory();
    const store = openStore({ directory });
    await store.create(draftOf('a'));
    await appendEvents(store, firstBox('a'), url, [secret, { ...secret, id: 'e2' }]);
    const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1 });
    db.run(`UPDATE outbox SET payload = (SELECT payload FROM outbox WHERE event_id = 'e2')`, []);
    db.close();
    expect((await store.outbox.next(firstBox('a')))?.id).toBe('e2');
    expect((await store.outbox.list(firstBox('a'), 1)).deliveries[0]).toMatchObject({
      id: 'e1',
      state: 'failed',
      lastError: 'its stored record is damaged',
    });
    await store.close();
  });
});
