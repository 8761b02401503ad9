import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/compose/system-clock.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { describeOnPostgres, newDatabase, thisProcess } from '../support/postgres.ts';
import { draftOf } from '../support/store-drafts.ts';
import { claimOf } from './leases.ts';

const directory = mkdtempSync(join(tmpdir(), 'wactl-news-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeOnPostgres('news in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let one: PostgresStore;
  let two: PostgresStore;
  let told: number;
  /** That so many news come of it: what is told after it comes after them. */
  const expectNews = async (count: number, work: () => Promise<unknown>): Promise<void> => {
    const before = told;
    await work();
    for (const after of [1, 2]) {
      await database.sql(`SELECT pg_notify('wactl', '')`);
      await expect.poll(() => told - before).toBe(count + after);
    }
  };

  beforeEach(async () => {
    database = await newDatabase();
    const keys = ownFileKeys(directory);
    const open = (name: string) =>
      openPostgres({
        address: database.address,
        keys,
        clock: systemClock,
        host: { id: name, name },
        process: thisProcess,
      });
    [one, two] = [await open('one'), await open('two')];
    await one.create(draftOf('a'));
    told = 0;
    two.news.listen(() => told++);
    await expect.poll(() => told).toBe(1);
  });
  afterEach(async () => {
    for (const store of [one, two]) await store.close();
    await database.end();
  });

  test('tell that a session is to be online, or no longer, and of no other change', async () => {
    await expectNews(1, () => one.update('a', { wantsOnline: true }));
    await expectNews(0, () => one.update('a', { wantsOnline: true, name: 'Shop' }));
    await expectNews(1, () => one.update('a', { wantsOnline: false }));
  });

  test('tell that a session is free that is to be online, and of no other', async () => {
    await one.leases.acquire(claimOf('a', 'first'));
    await expectNews(0, () => one.leases.release('first'));
    await expectNews(1, () => one.update('a', { wantsOnline: true }));
    await expectNews(0, () => one.leases.acquire(claimOf('a', 'second')));
    await expectNews(1, () => one.leases.release('second'));
  });

  test('tell that a host comes, drains and leaves', async () => {
    const state = { url: null, sessions: 0, isDraining: false };
    await expectNews(1, () => one.hosts.announce(state));
    await expectNews(0, () => one.hosts.announce({ ...state, sessions: 7 }));
    await expectNews(1, () => one.hosts.announce({ ...state, isDraining: true }));
    await expectNews(1, () => one.hosts.leave());
  });

  test('come again, and say so, after the connection was cut', async () => {
    await database.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query = 'LISTEN wactl'`,
    );
    await expect.poll(() => told, { timeout: 10_000 }).toBe(2);
    await one.update('a', { wantsOnline: true });
    await expect.poll(() => told).toBe(3);
  });

  test('have no connection while nobody listens', async () => {
    const listening = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN wactl'`;
    expect(await database.sql(listening)).toHaveLength(1);
    await two.close();
    await expect.poll(() => database.sql(listening)).toEqual([]);
  });
});
