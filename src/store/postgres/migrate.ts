import { noSessions } from '../no-sessions.ts';
import { OlderSchemaError, oldestVersion, unusableError, damagedError } from './database-error.ts';
import type { Statements } from './connections.ts';
import { schemaLock, steps } from './schema.ts';

export const latestSchema = steps.length;

/** The version of the schema; 0 in a database that has none of it. Throws `store_locked` when a newer wactl made it. */
export async function schemaVersion(statements: Statements, where: string): Promise<number> {
  // From the tables of PostgreSQL: to_regclass may answer from before a lock was waited for.
  const table = `SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'wactl' AND tablename = 'meta'`;
  if ((await statements.run(table)) === 0) return 0;
  const [row] = await statements.rows(`SELECT value FROM wactl.meta WHERE key = 'schema_version'`);
  const version = row?.['value'];
  if (typeof version !== 'number' || version < 1) throw damagedError(where, 'it has no valid schema version');
  if (version > latestSchema)
    throw unusableError(
      where,
      `a newer wactl made it (schema ${String(version)}; this version knows ${String(latestSchema)})`,
      'update this wactl',
    );
  return version;
}

/** Throws `store_locked` for a server that is too old, or a database that cannot keep every text. */
export async function assertUsable(statements: Statements, where: string): Promise<void> {
  const [row] = await statements.rows(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS said,
       current_setting('server_encoding') AS encoding`,
  );
  if (Number(row?.['version']) < oldestVersion * 10_000)
    throw unusableError(
      where,
      `its PostgreSQL is ${String(row?.['said'])}, and wactl needs ${String(oldestVersion)} or newer`,
      'update it, or name another in the setting "store" (WACTL_STORE)',
    );
  if (row?.['encoding'] !== 'UTF8')
    throw unusableError(
      where,
      `its encoding is ${String(row?.['encoding'])}`,
      'make a database for wactl: createdb -E UTF8 -T template0 NAME',
    );
}

/** Throws UsageError for a database without tables, and `store_locked` for one that an older wactl made. */
export async function assertCurrent(statements: Statements, where: string): Promise<void> {
  await assertUsable(statements, where);
  const found = await schemaVersion(statements, where);
  if (found === 0) throw noSessions(where);
  if (found < latestSchema) throw new OlderSchemaError(where, found, latestSchema);
}

/**
 * Brings the database up to date, all in one transaction: `inTransaction` runs the work in one. Processes may do this at the same
 * time, one after another.
 */
export async function migrate(
  statements: Statements,
  where: string,
  inTransaction: (work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await assertUsable(statements, where);
  if ((await schemaVersion(statements, where)) === latestSchema) return;
  await inTransaction(async () => {
    await statements.all(`SELECT pg_advisory_xact_lock(${schemaLock})`);
    const found = await schemaVersion(statements, where);
    if (found === 0) await begin(statements);
    for (const sql of steps.slice(found)) await statements.all(sql);
    await statements.run(
      `INSERT INTO wactl.meta (key, value) VALUES ('schema_version', $1)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [latestSchema],
    );
  });
}

/** Whoever may make no schema in the database can be given an empty one. */
async function begin(statements: Statements): Promise<void> {
  const there = `SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'wactl'`;
  if ((await statements.run(there)) === 0) await statements.all('CREATE SCHEMA wactl');
  await statements.all('CREATE TABLE wactl.meta (key TEXT PRIMARY KEY, value BIGINT NOT NULL)');
}
