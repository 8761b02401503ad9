import { WactlError } from '../errors.ts';
import { crc32 } from './crc32.ts';
import { storeDamagedError, storeLockedError } from './database-error.ts';
import { columns } from './driver.ts';
import type { Database } from './driver.ts';
import type { BoundValue } from './row-values.ts';
import { migrations } from './schema.ts';

/**
 * Builds the schema in an empty database: all steps in one transaction, because each transaction waits for the disk
 * several times.
 */
export function createSchema(db: Database, upTo: number): void {
  db.transaction('write', () => {
    for (const [version, sql] of migrations.slice(0, upTo).entries()) takeStep(db, version, sql);
  });
}

/**
 * Brings an older database up to date, each step in its own transaction; processes may do this at the same time. Throws
 * `store_locked` when a newer wactl made it, `store_damaged` when it is not a wactl database, or its schema differs
 * from what the last step left.
 */
export function migrate(db: Database): void {
  const found = schemaVersion(db);
  for (const [version, sql] of migrations.entries()) {
    if (version < found) continue;
    db.transaction('write', () => {
      const now = readMeta(db);
      assertUnchanged(db, now);
      if (now.version === version) takeStep(db, version, sql);
    });
  }
}

/** The version of the schema in a database, at most `latestSchema`. Throws as `migrate` does, and changes nothing. */
export function schemaVersion(db: Database): number {
  const found = readMeta(db);
  if (found.version > latestSchema) {
    throw storeLockedError(
      `a newer wactl made it (schema ${found.version}; this version knows ${latestSchema})`,
      'update wactl, or choose another directory with --config-dir',
    );
  }
  assertUnchanged(db, found);
  return found.version;
}

export const latestSchema = migrations.length;

type Meta = { readonly version: number; readonly checksum: number | null };

function takeStep(db: Database, version: number, sql: string): void {
  db.exec(sql);
  for (const [key, value] of [
    ['schema_version', version + 1],
    ['schema_checksum', schemaChecksum(db)],
  ] as const) {
    db.run(
      `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [key, value],
    );
  }
}

function readMeta(db: Database): Meta {
  const rows = notOurs(db, () => db.rows(`SELECT ${columns(['key', 'value'])} FROM meta`, []));
  const valueOf = (key: string): BoundValue | undefined => rows.find((row) => row['key'] === key)?.['value'];
  const [version, checksum = null] = [valueOf('schema_version'), valueOf('schema_checksum')];
  if (typeof version === 'number' && version > 0 && (checksum === null || typeof checksum === 'number'))
    return { version, checksum };
  throw storeDamagedError(db.path, `${db.path} has no valid schema version`);
}

/** A flipped bit in a definition would make SQLite look for other columns, or compare them in other ways. */
function assertUnchanged(db: Database, { checksum }: Meta): void {
  if (checksum === null || checksum === schemaChecksum(db)) return;
  throw storeDamagedError(db.path, `the table definitions in ${db.path} have changed`);
}

/** A checksum of the definitions of all tables and indexes except SQLite's own. */
function schemaChecksum(db: Database): number {
  const names = ['type', 'name', 'tbl_name', 'sql'];
  const sql = `SELECT ${columns(names)} FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name`;
  return notOurs(db, () => crc32(JSON.stringify(db.rows(sql, []))));
}

/** SQL that cannot even be prepared means a database of another program, or a damaged one of ours. */
function notOurs<T>(db: Database, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof WactlError) throw error;
    throw storeDamagedError(db.path, `${db.path} is not a wactl database`, error);
  }
}
