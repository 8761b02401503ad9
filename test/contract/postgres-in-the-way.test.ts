import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/compose/system-clock.ts';
import { firstBox } from '../../src/domain/box.ts';
import { storeAddress } from '../../src/domain/store-address.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { Connections } from '../../src/store/postgres/connections.ts';
import type { Statements } from '../../src/store/postgres/connections.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { dataKeyLock } from '../../src/store/postgres/schema.ts';
import { Transactions } from '../../src/store/postgres/transactions.ts';
import type { Manner } from '../../src/store/postgres/transactions.ts';
import { startLine } from '../support/line.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { describeOnPostgres, newDatabase, thisProcess } from '../support/postgres.ts';
import { password, superuser } from '../support/postgres-server.ts';
import { bytes, draftOf, identity } from '../support/store-drafts.ts';
import { claimOf } from './leases.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-pg-way-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

describeOnPostgres('what is in the way in PostgreSQL', () => {
  const keys = ownFileKeys(parent);
  let database: Awaited<ReturnType<typeof newDatabase>>;
  const ends: (() => Promise<void>)[] = [];

  const open = async (hostId = 'one', address = database.address): Promise<PostgresStore> => {
    const host = { id: hostId, name: hostId };
    const store = await openPostgres({ address, keys, clock: systemClock, host, process: thisProcess });
    ends.push(() => store.close());
    return store;
  };
  const transactions = (address = database.address): Transactions => {
    const connections = new Connections(storeAddress(address));
    const made = new Transactions({
      where: 'db',
      connections,
      keys,
      now: () => new Date(),
      patienceMs: 10_000,
    });
    ends.push(() => made.close());
    return made;
  };

  beforeEach(async () => {
    database = await newDatabase();
  });
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()));
    await database.end();
  });

  test('settings of the database give way to those of a transaction', async () => {
    await open();
    const settings = {
      default_transaction_isolation: 'serializable',
      default_transaction_read_only: 'on',
      synchronous_commit: 'off',
      lock_timeout: '1ms',
      idle_in_transaction_session_timeout: '1ms',
      search_path: 'nowhere',
    };
    const { pathname } = new URL(database.address);
    for (const [name, value] of Object.entries(settings))
      await database.sql(`ALTER DATABASE ${pathname.slice(1)} SET ${name} = '${value}'`);
    const all = transactions();
    const shown = (manner: Manner) =>
      all.write(
        [],
        async (statements) => {
          const names = [
            'transaction_isolation',
            'transaction_read_only',
            'synchronous_commit',
            'lock_timeout',
          ];
          const sql = `SELECT ${names.map((name) => `current_setting('${name}')`).join(` || ' ' || `)} AS shown`;
          return (await statements.rows(sql))[0]?.['shown'];
        },
        manner,
      );
    expect(await shown('durable')).toBe('read committed off on 5s');
    expect(await shown('loose')).toBe('read committed off off 5s');
    const store = await open();
    await store.create(draftOf('a'));
    await pairInStore(store, 'a', identity, { creds: bytes('creds'), keys: [] });
    expect((await store.readWhole('a')).credentials?.creds).toEqual(bytes('creds'));
  });

  // A crash of the server between the two would lose the first alone: what is written again then is on the disk.
  test('a webhook event is on the disk before what is stored after it', async () => {
    const store = await open();
    await store.create(draftOf('a'));
    await database.sql(`CREATE TABLE waits (mode TEXT);
      CREATE FUNCTION note_wait() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO public.waits VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
      CREATE TRIGGER notes BEFORE INSERT ON wactl.outbox FOR EACH ROW EXECUTE FUNCTION note_wait()`);
    await store.leases.acquire(claimOf('a', 'one'));
    await store
      .under('one')
      .append(firstBox('a'), 'https://example.com/', [
        { id: 'e', type: 'message', body: '{}', createdAt: new Date(), expiresAt: null },
      ]);
    expect(await database.sql('SELECT mode FROM waits')).toEqual([{ mode: 'on' }]);
  });

  test('a stricter wait for the disk stays', async () => {
    await open();
    const { pathname } = new URL(database.address);
    await database.sql(`ALTER DATABASE ${pathname.slice(1)} SET synchronous_commit = 'remote_apply'`);
    const setting = await transactions().write(
      [],
      async (statements) => (await statements.rows('SHOW synchronous_commit'))[0]?.['synchronous_commit'],
    );
    expect(setting).toBe('remote_apply');
  });

  test('a server without a free connection is waited for', async () => {
    const { pathname } = new URL(database.address);
    const role = `few_${pathname.slice(1)}`;
    await open();
    await database.sql(`CREATE ROLE ${role} LOGIN SUPERUSER`);
    const store = await open('one', database.address.replace(`//${superuser}@`, `//${role}@`));
    // Superusers have no limit; this one is none any more.
    await database.sql(`ALTER ROLE ${role} NOSUPERUSER CONNECTION LIMIT 1;
      GRANT ALL ON SCHEMA wactl TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA wactl TO ${role}`);
    const made = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => store.create(draftOf(id))));
    expect(made).toHaveLength(5);
  });

  test('of two transactions that wait for one another, one is done again', async () => {
    const store = await open();
    await Promise.all(['a', 'b'].map((id) => store.create(draftOf(id))));
    const all = transactions();
    let begun = 0;
    let bothBegun = (): void => undefined;
    const both = new Promise<void>((resolve) => (bothBegun = resolve));
    const lock = (statements: Statements, id: string) =>
      statements.run('SELECT 1 FROM wactl.sessions WHERE id = $1 FOR UPDATE', [id]);
    const lockBoth = (first: string, second: string) =>
      all.write([], async (statements) => {
        await statements.all(`SET LOCAL deadlock_timeout = '10ms'`);
        await lock(statements, first);
        begun += 1;
        if (begun === 2) bothBegun();
        await both;
        await lock(statements, second);
      });
    await Promise.all([lockBoth('a', 'b'), lockBoth('b', 'a')]);
    expect(begun).toBe(3);
  });

  test('work that waits for a connection is no hindrance to what is urgent', async () => {
    await open();
    const all = transactions();
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const done: string[] = [];
    const others = Array.from({ length: 8 }, () =>
      all.write([], () => finished.then(() => void done.push('other'))),
    );
    await all.write([], (statements) => statements.all('SELECT 1'), 'urgent');
    expect(done).toEqual([]);
    finish();
    await Promise.all(others);
    expect(done).toHaveLength(8);
  });

  test('work goes on on another connection when a firewall has forgotten the first', async () => {
    await open();
    const address = new URL(database.overTcp(password));
    const line = await startLine(Number(address.port));
    ends.push(() => line.close());
    address.port = String(line.port);
    let begun = 0;
    const work = async (statements: Statements): Promise<unknown> => {
      begun += 1;
      if (begun === 1) line.forget();
      return statements.all('SELECT 1');
    };
    await transactions(address.href).write([], work, 'urgent', 200);
    expect(begun).toBe(2);
  });

  test('a takeover waits for a write under the lease; what the holder says of itself does not', async () => {
    const [one, two] = [await open('one'), await open('two')];
    await one.create(draftOf('a'));
    await pairInStore(one, 'a', identity, { creds: bytes('old'), keys: [] });
    await one.leases.acquire(claimOf('a', 'first'));
    // The write stops here, in the middle of its transaction.
    await database.sql(`BEGIN; SELECT pg_advisory_xact_lock(${dataKeyLock})`);
    const written = one.under('first').write('a', { creds: bytes('new') });
    const watcher = transactions();
    const isWaiting = async (events: readonly string[]): Promise<void> => {
      const sql =
        'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = ANY($1)';
      while ((await watcher.read([], (statements) => statements.run(sql, [events]))) === 0)
        await systemClock.sleep(10);
    };
    await isWaiting(['advisory']);
    await one.leases.setLeaseStatus('first', 'logged_in');
    const taken: string[] = [];
    const released = two.leases.release('first').then(() => taken.push('released'));
    await isWaiting(['tuple', 'transactionid']);
    expect(taken).toEqual([]);
    await database.sql('COMMIT');
    await Promise.all([released, written]);
    expect(await two.readCreds('a')).toEqual(bytes('new'));
  });
});
