import { shownStore, storeAddress } from '../../domain/store-address.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Check } from '../../ports/doctor.ts';
import { Connections } from './connections.ts';
import type { Statements } from './connections.ts';
import { milliseconds } from './lease-term.ts';
import { assertUsable, latestSchema, schemaVersion } from './migrate.ts';
import {
  connectionsFinding,
  databaseFinding,
  poolerFinding,
  replicationFinding,
  shortestLimitMs,
} from './server-findings.ts';

/** What there is to see of the PostgreSQL that keeps the sessions. It changes nothing. */
export function postgresChecks(address: string, clock: Pick<Clock, 'now'>): readonly Check[] {
  const where = (): string => shownStore(storeAddress(address));
  const check = (
    name: string,
    examine: (statements: Statements, connections: Connections) => Promise<Finding>,
  ): Check => ({
    name,
    ...(name !== 'database' && { needs: ['database'] }),
    timeoutMs: name === 'database' ? 6_000 : 4_000,
    async examine() {
      const connections = new Connections(storeAddress(address));
      try {
        return await connections.use((statements) => examine(statements, connections));
      } finally {
        await connections.close();
      }
    },
  });
  return [
    check('database', (statements) => databaseOf(statements, where(), clock)),
    check('connections', connectionsOf),
    check('pooler', poolerOf),
    check('replication', replicationOf),
  ];
}

async function databaseOf(
  statements: Statements,
  where: string,
  clock: Pick<Clock, 'now'>,
): Promise<Finding> {
  await assertUsable(statements, where);
  const schema = await schemaVersion(statements, where);
  const before = clock.now().getTime();
  const [row = {}] = await statements.rows(
    `SELECT current_setting('server_version') AS version, pg_is_in_recovery()::int AS replica,
       current_setting('fsync') AS fsync, current_setting('default_transaction_isolation') AS isolation,
       ${milliseconds('clock_timestamp()')} AS now`,
  );
  const [limit] = await statements.rows(
    `SELECT name, setting::bigint AS ms FROM pg_catalog.pg_settings
     WHERE name IN ('statement_timeout', 'transaction_timeout') AND setting::bigint BETWEEN 1 AND $1
     ORDER BY setting::bigint, name`,
    [shortestLimitMs - 1],
  );
  return databaseFinding({
    what: `${where}, PostgreSQL ${String(row['version'])}`,
    schema,
    latestSchema,
    isReplica: row['replica'] === 1,
    forgets: row['fsync'] === 'off',
    isolation: String(row['isolation']),
    shortLimit: limit ? { name: String(limit['name']), ms: Number(limit['ms']) } : null,
    apartMs: Number(row['now']) - (before + clock.now().getTime()) / 2,
  });
}

async function connectionsOf(statements: Statements): Promise<Finding> {
  const [row = {}] = await statements.rows(
    `SELECT least(
         current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', TRUE)::int, 0),
         (SELECT nullif(rolconnlimit, -1) FROM pg_catalog.pg_roles WHERE rolname = current_user),
         (SELECT nullif(datconnlimit, -1) FROM pg_catalog.pg_database WHERE datname = current_database())) AS most,
       (SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'wactl' AND tablename = 'hosts') AS tables`,
  );
  const alive = `SELECT count(*) AS hosts FROM wactl.hosts WHERE seen_at > clock_timestamp() - interval '1 minute'`;
  const [hosts] = Number(row['tables']) === 0 ? [] : await statements.rows(alive);
  return connectionsFinding({ most: Number(row['most']), hosts: Number(hosts?.['hosts'] ?? 0) });
}

/** Two connections of ours that meet in one of the server, or one that moves to another, are a pooler's. */
async function poolerOf(one: Statements, connections: Connections): Promise<Finding> {
  const backend = async (statements: Statements): Promise<unknown> =>
    (await statements.rows('SELECT pg_backend_pid() AS pid'))[0]?.['pid'];
  const first = await backend(one);
  const other = await connections.use(backend);
  return poolerFinding({ isByTransaction: other === first || (await backend(one)) !== first });
}

async function replicationOf(statements: Statements): Promise<Finding> {
  const [row = {}] = await statements.rows(
    `SELECT (SELECT count(*) FROM pg_catalog.pg_stat_replication) AS replicas,
       current_setting('synchronous_standby_names') AS named, current_setting('synchronous_commit') AS durability`,
  );
  return replicationFinding({
    replicas: Number(row['replicas']),
    named: String(row['named']),
    durability: String(row['durability']),
  });
}
