import type { Leases } from '../ports/leases.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { SessionStore } from '../ports/store.ts';
import { createDatabase } from './create-database.ts';
import { ensureDatabaseFile, placeOf } from './database-file.ts';
import { openDatabase } from './driver.ts';
import { migrate } from './migrate.ts';
import { SqliteStore } from './sqlite-store.ts';

// In the same file of dist/: apart from it, each would load what they share as a third.
export { storedIds } from './stored-ids.ts';

export type StoreOptions = {
  /** Created, private, when missing. Contains wactl.db and SQLite's journal (-wal, -shm). */
  readonly directory: string;
  readonly now?: () => Date;
  /** How long a write waits for another process's write before it fails with `store_locked`. */
  readonly busyTimeoutMs?: number;
};

/** Opens the sessions of a directory. Throws WactlError (`store_damaged`, `store_locked`). */
export function openStore({
  directory,
  now = () => new Date(),
  busyTimeoutMs = 5_000,
}: StoreOptions): SessionStore & { readonly outbox: Outbox; readonly leases: Leases } {
  const path = ensureDatabaseFile(directory, createDatabase);
  const place = placeOf(path);
  const db = openDatabase({ path, busyTimeoutMs });
  try {
    place.assertUnchanged();
    migrate(db);
  } catch (error) {
    db.close();
    throw error;
  }
  return new SqliteStore({ db, place, now });
}
