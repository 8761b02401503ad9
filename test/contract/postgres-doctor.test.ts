import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/compose/system-clock.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { findingOf } from '../../src/domain/finding.ts';
import { postgresChecks } from '../../src/store/postgres/postgres-checks.ts';
import { describeOnPostgres, newDatabase } from '../support/postgres.ts';

describeOnPostgres('doctor on a PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;

  beforeEach(async () => {
    database = await newDatabase();
  });
  afterEach(() => database.end());

  const look = async (address = database.address): Promise<Record<string, Finding>> => {
    const results = postgresChecks(address, systemClock).map(async (check) => {
      const finding = await check.examine(new AbortController().signal).catch(findingOf);
      return [check.name, finding] as const;
    });
    return Object.fromEntries(await Promise.all(results));
  };
  /** Of this database alone. */
  const set = (what: string): Promise<unknown> =>
    database.sql(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I ${what}', current_database()); END $$`);

  it('finds what it is, and leaves it empty', async () => {
    expect(await look()).toMatchObject({
      // The server of these tests does not wait for its disk.
      database: {
        status: 'warning',
        details: expect.stringMatching(/, PostgreSQL \d+.*, forgets /) as string,
      },
      connections: { status: 'ok' },
      pooler: { status: 'ok', details: 'each connection is one of the server' },
      replication: { status: 'ok', details: 'no replica follows' },
    });
    expect(await database.sql(`SELECT 1 FROM pg_namespace WHERE nspname = 'wactl'`)).toEqual([]);
  });

  it('finds how many connections there may be', async () => {
    await set('CONNECTION LIMIT 7');
    expect((await look())['connections']).toMatchObject({
      status: 'ok',
      details: '7 at most: enough for 1 serve',
    });
    await set('CONNECTION LIMIT 5');
    expect((await look())['connections']).toMatchObject({ status: 'warning' });
  });

  it('finds a limit on statements that is too short, whoever has set it', async () => {
    await set(`SET statement_timeout = ''4999ms''`);
    expect((await look())['database']).toMatchObject({
      status: 'warning',
      details: expect.stringContaining(': the statement_timeout of this user is 4999 ms') as string,
    });
    await set(`SET statement_timeout = ''5s''`);
    expect((await look())['database']?.details).not.toContain('statement_timeout');
  });

  it('says of a server that does not answer what every command says', async () => {
    expect(await look('postgres://user@127.0.0.1:1/x')).toMatchObject({
      database: { status: 'failed', code: 'unreachable' },
    });
  });
});
