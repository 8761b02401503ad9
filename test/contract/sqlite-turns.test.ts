import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDatabase } from '../../src/store/create-database.ts';
import { ensureDatabaseFile, placeOf } from '../../src/store/database-file.ts';
import { openDatabase } from '../../src/store/driver.ts';
import type { Database } from '../../src/store/driver.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { draftOf } from '../support/store-drafts.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-turns-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

let db: Database;
let store: SqliteStore;

beforeEach(() => {
  const path = ensureDatabaseFile(mkdtempSync(join(parent, 'store-')), createDatabase);
  db = openDatabase({ path, busyTimeoutMs: 0 });
  store = new SqliteStore({ db, place: placeOf(path), now: () => new Date() });
});
afterEach(() => store.close());

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
    const busy = openDatabase({ path: db.path, busyTimeoutMs: 0 });
    busy.exec('BEGIN IMMEDIATE');
    const results = await Promise.allSettled(['a', 'b'].map((id) => store.create(draftOf(id))));
    busy.exec('ROLLBACK');
    busy.close();
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
