import { WactlError } from '../errors.ts';
import { storeDamagedError, storeLockedError } from './database-error.ts';
import type { Database } from './driver.ts';
import { migrations } from './schema.ts';

/** Builds the schema in an empty database. */
export function createSchema(db: Database): void {
  for (const [version, sql] of migrations.entries()) {
    db.transaction('write', () => takeStep(db, version, sql));
  }
}

/**
 * Brings an older database up to date, each step in its own transaction; processes may do this at the same time.
 * Throws `store_locked` when a newer wactl made it, `store_damaged` when it is not a wactl database.
 */
export function migrate(db: Database): void {
  const found = readVersion(db);
  if (found > migrations.length) {
    throw storeLockedError(
      `a newer wactl made it (schema ${found}, this one knows ${migrations.length})`,
      'update wactl, or choose another directory with --config-dir',
    );
  }
  for (const [version, sql] of migrations.entries()) {
    if (version < found) continue;
    db.transaction('write', () => {
      if (readVersion(db) === version) takeStep(db, version, sql);
    });
  }
}

function takeStep(db: Database, version: number, sql: string): void {
  db.exec(sql);
  db.exec(
    `INSERT INTO meta (key, value) VALUES ('schema_version', ${version + 1})
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );
}

function readVersion(db: Database): number {
  try {
    const version = db.rows(`SELECT value FROM meta WHERE key = 'schema_version'`, [])[0]?.['value'];
    if (typeof version === 'number' && version > 0) return version;
  } catch (error) {
    if (error instanceof WactlError) throw error;
    throw storeDamagedError(db.path, `${db.path} is not a wactl database`, error);
  }
  throw storeDamagedError(db.path, `${db.path} does not say its schema version`);
}
