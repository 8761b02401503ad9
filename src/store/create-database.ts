import { closeSync, openSync, writeSync } from 'node:fs';
import { openDatabase } from './driver.ts';
import { createSchema } from './migrate.ts';
import { latestSchema } from './schema-version.ts';

/**
 * Turns an empty file into an empty database, complete in that one file, which the caller syncs. Throws when the disk
 * is full.
 */
export function createDatabase(path: string, version = latestSchema): void {
  const db = openDatabase({ path, busyTimeoutMs: 0, isDraft: true });
  try {
    createSchema(db, version);
  } finally {
    db.close();
  }
  markForWal(path);
}

/** The format's write version and read version (SQLite's file format, 1.3.2). */
const versionsOffset = 18;
const walVersion = 2;

/** What `PRAGMA journal_mode = WAL` writes into the header; the pragma itself waits for the disk four times. */
function markForWal(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    writeSync(handle, Buffer.from([walVersion, walVersion]), 0, 2, versionsOffset);
  } finally {
    closeSync(handle);
  }
}
