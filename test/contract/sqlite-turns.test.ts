import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
  spy.mock.calls.filter(([kind]) => kind === 'write').length;
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

  test('are durable although a lease is taken in the same turn', async () => {
    const said: string[] = [];
    const exec = db.exec.bind(db);
    vi.spyOn(db, 'exec').mockImplementation((sql) => {
      said.push(sql);
      exec(sql);
    });
    vi.spyOn(db, 'transaction').mockImplementation((kind, work) => {
      said.push(kind);
      return work();
    });
    const created = store.create(draftOf('a'));
    const claim = { leaseId: 'l', pid: 1, socketPath: '/tmp/s', status: 'connecting' } as const;
    await Promise.all([created, store.leases.acquire({ sessionId: 'a', ...claim })]);
    expect(said).toEqual(['write', 'PRAGMA synchronous = NORMAL', 'write', 'PRAGMA synchronous = FULL']);
  });
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
    expect(seen).toEqual(['rename', 'read', 'lease', 'second', 'ids']);
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
