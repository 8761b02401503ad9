import { WactlError } from '../errors.ts';
import { storeDamagedError, storeLockedError } from './database-error.ts';
import type { Database } from './driver.ts';

/** How many steps there are in `schema.ts`, which a start does not read: `migrate` refuses any other number. */
export const latestSchema = 12;

/**
 * The version of the schema in a database, at most `latestSchema`; changes nothing. Throws `store_locked` when a newer wactl made
 * it, `store_damaged` when it is not a wactl database, or its schema differs from what the last step left.
 */
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

type Meta = { readonly version: number; readonly isUnchanged: boolean };

/** The definitions of all tables and indexes except SQLite's own, as one text. */
export const definitions = `(SELECT group_concat(type || ' ' || name || ' ' || tbl_name || ' ' || sql, ';')
  FROM (SELECT * FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name))`;

const metaValue = (key: string): string => `(SELECT value FROM meta WHERE key = '${key}')`;

/**
 * SQLite compares the definitions: a checksum of them, made here, took a twentieth of what `list` takes. Without a copy of them they
 * are taken as they are.
 */
const readingMeta = `
  SELECT iif(typeof(version) = 'integer', version, 0) AS version,
    copy IS NULL OR copy IS ${definitions} AS unchanged
  FROM (SELECT ${metaValue('schema_version')} AS version, ${metaValue('schema_definitions')} AS copy)`;

export function readMeta(db: Database): Meta {
  const [row] = notOurs(db, () => db.rows(readingMeta, []));
  const version = row?.['version'];
  if (typeof version !== 'number' || version < 1)
    throw storeDamagedError(db.path, `${db.path} has no valid schema version`);
  return { version, isUnchanged: row?.['unchanged'] === 1 };
}

/** A flipped bit in a definition would make SQLite look for other columns, or compare them in other ways. */
export function assertUnchanged(db: Database, { isUnchanged }: Meta): void {
  if (!isUnchanged) throw storeDamagedError(db.path, `the table definitions in ${db.path} have changed`);
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
