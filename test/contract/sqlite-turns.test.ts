import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDatabase } from '../../src/store/create-database.ts';
import { ensureDatabaseFile, placeOf } from '../../src/store/database-file.ts';
import { openDatabase } from '../../src/store/driver.ts';
import type { Database } from '../../src/store/driver.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { openStoreWhenFree } from '../../src/store/open-store.ts';
import { migrations } from '../../src/store/schema.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { draftOf } from '../support/store-drafts.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-turns-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

let db: Database;
let store: SqliteStore;

beforeEach(() => {
  const path = ensureDatabaseFile(mkdtempSync(join(parent, 'store-')), (draft) => createDatabase(draft));
  db = openDatabase({ path, busyTimeoutMs: 0 });
  store = storeWith(10_000);
});
afterEach(() => store.close());

const storeWith = (patienceMs: number): SqliteStore =>
  new SqliteStore({
    db,
    place: placeOf(db.path),
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    patienceMs,
    keys: ownFileKeys(dirname(db.path)),
  });

/** Locks the database as another process does; the answer ends that. */
function lock(): () => void {
  const other = openDatabase({ path: db.path, busyTimeoutMs: 0 });
  other.exec('BEGIN IMMEDIATE');
  return () => {
    other.exec('ROLLBACK');
    other.close();
  };
}

const written = (spy: ReturnType<typeof spyOn>): number =>
  spy.mock.calls.filter(([kind]) => kind === 'unsynced').length;
const spyOn = () => vi.spyOn(db, 'transaction');

describe('the writes of one turn of the event loop', () => {
  test('are one commit', async () => {
    const spy = spyOn();
    await Promise.all(['a', 'b', 'c'].map((id) => store.create(draftOf(id))));
    expect(written(spy)).toBe(1);
    await store.create(draftOf('d'));
    expect(written(spy)).toBe(2);
  });

  test('are all done but for the one that fails', async () => {
    await store.create(draftOf('b'));
    const results = await Promise.allSettled(['a', 'b', 'c'].map((id) => store.create(draftOf(id))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.idsWithPrefix('', 9)).toEqual(['a', 'b', 'c']);
  });

  test('all fail when the commit fails', async () => {
    const unlock = lock();
    const impatient = storeWith(0);
    const results = await Promise.allSettled(['a', 'b'].map((id) => impatient.create(draftOf(id))));
    unlock();
    expect(results.map((one) => one.status === 'rejected' && (one.reason as { code: string }).code)).toEqual([
      'store_locked',
      'store_locked',
    ]);
    expect(await store.idsWithPrefix('', 9)).toEqual([]);
  });

  test('are seen by a read after them, and done by close', async () => {
    const created = store.create(draftOf('a'));
    expect(await store.get('a')).toMatchObject({ id: 'a' });
    const last = store.create(draftOf('b'));
    await store.close();
    expect((await Promise.all([created, last])).map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

/** Lets the disk of the store take its time. */
function slowDisk(): { readonly seen: string[]; readonly answer: (error?: Error) => void } {
  const seen: string[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  vi.spyOn(db, 'sync').mockImplementation(() => {
    seen.push('disk asked');
    return new Promise((resolve, reject) => {
      waiting.push((error) => (error ? reject(error) : resolve()));
    });
  });
  return { seen, answer: (error) => waiting.shift()?.(error) };
}

describe('while the disk takes its time', () => {
  const claim = { leaseId: 'l', pid: 1, socketPath: '/tmp/s', status: 'connecting' } as const;

  test('a write is not done before it is on the disk; reads and leases go on, and see it', async () => {
    const { seen, answer } = slowDisk();
    const created = store.create(draftOf('a')).then(() => seen.push('created'));
    await store.leases.acquire({ sessionId: 'a', ...claim });
    expect(await store.get('a')).toMatchObject({ id: 'a' });
    await turn();
    expect(seen).toEqual(['disk asked']);
    answer();
    await created;
    expect(seen).toEqual(['disk asked', 'created']);
  });

  test('what changes nothing does not wait for it', async () => {
    const { seen } = slowDisk();
    await store.assertWritable();
    await store.leases.acquire({ sessionId: 'none', ...claim }).catch(() => undefined);
    expect(seen).toEqual([]);
  });

  test('the store closes after the writes', async () => {
    const { seen, answer } = slowDisk();
    const created = store.create(draftOf('a')).then(() => seen.push('created'));
    await turn();
    const closed = store.close().then(() => seen.push('closed'));
    await turn();
    expect(seen).toEqual(['disk asked']);
    answer();
    await Promise.all([created, closed]);
    expect(seen).toEqual(['disk asked', 'created', 'closed']);
  });

  test('all writes of a commit that does not reach it fail', async () => {
    const { answer } = slowDisk();
    const results = Promise.allSettled(['a', 'b'].map((id) => store.create(draftOf(id))));
    await turn();
    answer(new Error('the disk is broken'));
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

test('what has waited for a lock is done in several turns of the event loop, in its order', async () => {
  const unlock = lock();
  const done: number[] = [];
  const names = Array.from({ length: 130 }, (_, at) => at);
  const created = names.map((at) => store.create(draftOf(`s${String(at)}`)).then(() => done.push(at)));
  const spy = spyOn();
  await expect(store.assertWritable()).rejects.toMatchObject({ code: 'store_locked' });
  unlock();
  spy.mockClear();
  let mostInOne = 0;
  while (done.length < names.length) {
    const before = written(spy);
    await turn();
    mostInOne = Math.max(mostInOne, written(spy) - before);
  }
  await Promise.all(created);
  expect([written(spy), mostInOne]).toEqual([3, 1]);
  expect(done).toEqual(names);
});

describe('while another process has the database locked', () => {
  /** What ends, in the order in which it ends. */
  function ends(): {
    readonly seen: string[];
    readonly of: <T>(name: string, work: Promise<T>) => Promise<T>;
  } {
    const seen: string[] = [];
    return { seen, of: (name, work) => work.finally(() => void seen.push(name)) };
  }

  test('the event loop goes on, and everything is done in its order afterwards', async () => {
    await store.create(draftOf('a'));
    const unlock = lock();
    const { seen, of } = ends();
    const claim = { leaseId: 'l', pid: 1, socketPath: '/tmp/s', status: 'connecting' } as const;
    const work = [
      of('rename', store.update('a', { name: 'Ada' })),
      of('read', store.get('a')),
      of('lease', store.leases.acquire({ sessionId: 'a', ...claim })),
      of('second', store.create(draftOf('b'))),
      of('ids', store.idsWithPrefix('', 9)),
    ] as const;
    await expect(store.assertWritable()).rejects.toMatchObject({ code: 'store_locked' });
    expect(seen).toEqual([]);
    unlock();
    const [, read, , , ids] = await Promise.all(work);
    // Reads and leases do not wait for the disk.
    expect(seen.filter((name) => !['rename', 'second'].includes(name))).toEqual(['read', 'lease', 'ids']);
    expect([read?.name, ids]).toEqual(['Ada', ['a', 'b']]);
    await store.assertWritable();
  });

  test('a read waits only for the writes before it', async () => {
    const unlock = lock();
    expect(await store.idsWithPrefix('', 9)).toEqual([]);
    unlock();
  });

  test('work whose patience is over fails; what was asked for later may still be done', async () => {
    const unlock = lock();
    const impatient = storeWith(0);
    await expect(impatient.create(draftOf('a'))).rejects.toMatchObject({ code: 'store_locked' });
    unlock();
    expect(await impatient.create(draftOf('a'))).toMatchObject({ id: 'a' });
  });

  test('the store closes although the lock stays, and says of the writes that wait that they failed', async () => {
    const unlock = lock();
    const patient = storeWith(600_000);
    const created = expect(patient.create(draftOf('a'))).rejects.toMatchObject({ code: 'store_locked' });
    await patient.close();
    await created;
    unlock();
  });

  test('the store closes once the writes that wait are done', async () => {
    const unlock = lock();
    const { seen, of } = ends();
    const created = of('write', store.create(draftOf('a')));
    const closed = of('close', store.close());
    await expect(store.assertWritable()).rejects.toMatchObject({ code: 'store_locked' });
    expect(seen).toEqual([]);
    unlock();
    await Promise.all([created, closed]);
    expect(seen).toEqual(['write', 'close']);
  });

  test('a database to be migrated opens once the lock has ended, and else says that it is locked', async () => {
    const directory = mkdtempSync(join(parent, 'old-'));
    const path = join(directory, 'wactl.db');
    const other = openDatabase({ path, busyTimeoutMs: 0 });
    other.exec(`${migrations[0] ?? ''} INSERT INTO meta (key, value) VALUES ('schema_version', 1)`);
    other.exec('BEGIN IMMEDIATE');
    const { seen, of } = ends();
    const opening = of('open', openStoreWhenFree({ directory, patienceMs: 10_000 }));
    await expect(openStoreWhenFree({ directory, patienceMs: 0 })).rejects.toMatchObject({
      code: 'store_locked',
    });
    expect(seen).toEqual([]);
    other.exec('ROLLBACK');
    other.close();
    await (await opening).close();
  });
});
