import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/compose/system-clock.ts';
import { overviewOf } from '../../src/holder/overview-of.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import type { Overview } from '../../src/ports/overview.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { describeOnPostgres, newDatabase, thisProcess } from '../support/postgres.ts';
import { draftOf, identity } from '../support/store-drafts.ts';

const claimOf = (sessionId: string, socketPath: string) =>
  ({ sessionId, leaseId: `${sessionId} at ${socketPath}`, pid: 1, socketPath, status: 'logged_in' }) as const;

/** Of which processes each session is does not matter here: how many each has, sorted. */
const shown = ({ kept, own, free, damaged }: Overview) => ({
  kept: [...kept.values()].sort(),
  own: [...own].sort(),
  free: free.map(({ id, status, wantsOnline, unconfirmed }) => ({ id, status, wantsOnline, unconfirmed })),
  damaged,
});

describeOnPostgres('the contract of Overviews', () => {
  const directory = mkdtempSync(join(tmpdir(), 'wactl-overviews-'));
  let database: Awaited<ReturnType<typeof newDatabase>> | undefined;
  let opened: PostgresStore[];
  let here: PostgresStore;
  let there: PostgresStore;

  const sql = async (statement: string): Promise<unknown> => database?.sql(statement);
  const start = async (name: string): Promise<PostgresStore> => {
    const [keys, host] = [ownFileKeys(directory), { id: name, name }];
    database ??= await newDatabase();
    const { address } = database;
    const store = await openPostgres({ address, clock: systemClock, keys, host, process: thisProcess });
    opened.push(store);
    return store;
  };
  const wished = async (id: string): Promise<void> => {
    await here.create(draftOf(id));
    await pairInStore(here, id, identity);
    await here.update(id, { wantsOnline: true });
  };
  const takes = (store: PostgresStore, id: string, socketPath: string) =>
    store.leases.acquire(claimOf(id, socketPath));

  beforeEach(async () => {
    opened = [];
    [here, there] = [await start('here'), await start('there')];
  });
  afterEach(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await sql('DELETE FROM wactl.sessions');
  });
  afterAll(async () => {
    await database?.end();
    rmSync(directory, { recursive: true, force: true });
  });

  test('counts what each process keeps online, and names its own and what is free: as all rows say', async () => {
    for (const id of ['free', 'mine', 'theirs', 'theirs-too']) await wished(id);
    for (const id of ['looked-into', 'resting', 'unfinished', 'unfinished-there', 'logged-out'])
      await wished(id);
    for (const id of ['looked-into', 'resting']) await here.update(id, { wantsOnline: false });
    for (const id of ['unfinished', 'unfinished-there'])
      await here.commitPairing(id, { creds: new Uint8Array([1]), keys: [] });
    await here.update('unfinished', { wantsOnline: false });
    await here.erase('logged-out', 'logged_out');
    await here.create(draftOf('new'));
    await takes(here, 'mine', '/run/here');
    for (const id of ['theirs', 'theirs-too', 'looked-into', 'unfinished-there'])
      await takes(there, id, '/run/there');

    const seen = await here.overviews.overview([]);
    expect(shown(seen)).toMatchObject({ kept: [1, 3], own: ['mine'], damaged: [] });
    expect(shown(seen).free.map(({ id }) => id)).toEqual(['free', 'unfinished']);
    const { sessions } = await here.list({ page: 1, perPage: 100 });
    expect(shown(seen)).toEqual(shown(overviewOf(sessions, await here.leases.leases(), ['mine'])));
    expect(shown(await there.overviews.overview([])).own).toHaveLength(3);
    expect([seen.loggedIn.size, overviewOf(sessions, await here.leases.leases(), ['mine']).loggedIn]).toEqual(
      [2, seen.loggedIn],
    );
    for (const { leaseId, sessionId } of await here.leases.leases())
      if (sessionId !== 'mine') await there.leases.setLeaseStatus(leaseId, 'connecting');
    const { own, loggedIn } = await here.overviews.overview([]);
    expect([[...own], loggedIn.size]).toEqual([['mine'], 1]);
  });

  test('a lease that is over keeps nothing', async () => {
    await wished('a');
    await takes(there, 'a', '/run/there');
    await sql(`UPDATE wactl.leases SET expires_at = clock_timestamp() - interval '4 seconds'`);
    expect(shown(await here.overviews.overview([])).free).toEqual([]);
    await sql(`UPDATE wactl.leases SET expires_at = clock_timestamp() - interval '6 seconds'`);
    expect(shown(await here.overviews.overview([]))).toMatchObject({ kept: [], free: [{ id: 'a' }] });
  });

  test('what a process of this machine had whose socket is dead is free, what one of another machine has is not', async () => {
    for (const id of ['a', 'b']) await wished(id);
    await takes(here, 'a', '/run/one');
    await takes(there, 'b', '/run/one');
    expect(await here.overviews.sockets()).toEqual(['/run/one']);
    expect(shown(await here.overviews.overview(['/run/one']))).toMatchObject({
      kept: [1],
      own: [],
      free: [{ id: 'a' }],
    });
  });

  test('a free session whose row is damaged is marked as damaged', async () => {
    for (const id of ['a', 'b']) await wished(id);
    await takes(there, 'b', '/run/there');
    await sql(`UPDATE wactl.sessions SET message_count = 7`);
    expect(shown(await here.overviews.overview([])).damaged).toEqual(['a']);
  });
});
