import { ownFileKeys } from '../keys/file-keys.ts';
import type { Leases } from '../ports/leases.ts';
import type { SessionStore } from '../ports/store.ts';
import { existingDatabase, placeOf } from './database-file.ts';
import { openDatabase } from './driver.ts';
import type { Database } from './driver.ts';
import { latestSchema, schemaVersion } from './schema-version.ts';
import { SqliteStore } from './sqlite-store.ts';

/** Waiting for another process is not what a check is for. */
const busyTimeoutMs = 1_000;

/** Works on the database that is there, which is neither made nor brought up to date; undefined when there is none. */
export async function withDatabase<T>(
  directory: string,
  work: (db: Database) => T | Promise<T>,
): Promise<T | undefined> {
  const path = existingDatabase(directory);
  if (path === undefined) return undefined;
  const db = openDatabase({ path, busyTimeoutMs });
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/** Works on the sessions and leases that are there; undefined also when the schema is an older one. */
export const withStore = <T>(
  directory: string,
  work: (store: Pick<SessionStore, 'list'> & { readonly leases: Leases }) => Promise<T>,
): Promise<T | undefined> =>
  withDatabase(directory, (db) => {
    if (schemaVersion(db) !== latestSchema) return undefined;
    const keys = ownFileKeys(directory);
    const now = (): Date => new Date();
    const monotonicMs = (): number => performance.now();
    const place = placeOf(db.path);
    return work(new SqliteStore({ db, place, now, monotonicMs, patienceMs: busyTimeoutMs, keys }));
  });
