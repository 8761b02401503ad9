import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { copyReadable } from './copy-readable.ts';
import type { Losses } from './copy-readable.ts';
import { createDatabase } from './create-database.ts';
import { storeDamagedError } from './database-error.ts';
import { columns, openDatabase } from './driver.ts';
import { textIn } from './row-values.ts';
import type { Database } from './driver.ts';
import { latestSchema } from './schema-version.ts';

export type Rescue = Losses & {
  /** How many sessions the new database has. */
  readonly count: number;
  /** Where the damaged one is now. */
  readonly kept: string;
};

const busyTimeoutMs = 1_000;

/**
 * Puts a new database with all that can be read in the place of a damaged one, which is kept under another name, with its
 * journal. Other processes cannot write meanwhile. Throws `store_damaged`, and changes nothing, when no session can be read; a
 * crash in the middle leaves at least the copy that is kept.
 */
export function rescueDatabase(path: string, now: Date): Rescue {
  const directory = dirname(path);
  const staging = mkdtempSync(join(directory, '.new-'));
  const db = openDatabase({ path, busyTimeoutMs });
  try {
    const draft = join(staging, 'wactl.db');
    const unlock = lockAgainstWrites(path);
    try {
      closeSync(openSync(draft, 'wx', 0o600));
      createDatabase(draft, versionOf(db));
      const losses = fill(db, draft);
      const count = sessionsIn(draft);
      if (count === 0) throw storeDamagedError(path, `no session in ${path} can be read`);
      sync(draft);
      const kept = keep(
        path,
        `${path}.damaged-${now
          .toISOString()
          .replace(/\.\d+Z$/, 'Z')
          .replaceAll(':', '-')}`,
      );
      // A journal belongs to its database, and would be played into the new one.
      for (const journal of [`${path}-wal`, `${path}-shm`]) rmSync(journal, { force: true });
      sync(directory);
      renameSync(draft, path);
      sync(directory);
      return { ...losses, count, kept };
    } finally {
      unlock();
    }
  } finally {
    db.close();
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Nothing is acknowledged by another process that would be missing in the new database. Throws `store_locked`. */
function lockAgainstWrites(path: string): () => void {
  const guard = openDatabase({ path, busyTimeoutMs });
  try {
    guard.exec('BEGIN IMMEDIATE');
  } catch (error) {
    guard.close();
    throw error;
  }
  return () => {
    guard.exec('ROLLBACK');
    guard.close();
  };
}

/** The migrations that its rows have been through: the others follow when it is opened. */
function versionOf(db: Database): number {
  try {
    const sql = `SELECT ${columns(['key', 'value'])} FROM meta WHERE key = 'schema_version'`;
    const version = Number(db.rows(sql, [])[0]?.['value']);
    if (Number.isInteger(version) && version > 0 && version <= latestSchema) return version;
  } catch {
    // It can't be read: most likely it is of this version.
  }
  return latestSchema;
}

function fill(db: Database, draft: string): Losses {
  db.exec('PRAGMA foreign_keys = OFF');
  db.run('ATTACH ? AS draft', [draft]);
  try {
    db.exec('PRAGMA draft.journal_mode = MEMORY; PRAGMA draft.synchronous = OFF');
    return copyReadable(db);
  } finally {
    db.exec('DETACH draft');
  }
}

function sessionsIn(draft: string): number {
  const db = openDatabase({ path: draft, busyTimeoutMs: 0, isDraft: true });
  try {
    return db.rows(`SELECT ${columns(['id'])} FROM sessions`, []).filter((row) => textIn(row['id'])).length;
  } finally {
    db.close();
  }
}

/** Copies the database and its journal; the answer is where. */
function keep(path: string, name: string): string {
  let kept = name;
  for (let number = 2; existsSync(kept); number += 1) kept = `${name}-${String(number)}`;
  for (const [from, to] of [
    [path, kept],
    [`${path}-wal`, `${kept}-wal`],
  ] as const) {
    if (!statSync(from, { throwIfNoEntry: false })?.size) continue;
    copyFileSync(from, to);
    sync(to);
  }
  sync(dirname(path));
  return kept;
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
