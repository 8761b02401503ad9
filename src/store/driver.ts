import { closeSync, openSync, readSync, statSync } from 'node:fs';
import Libsql from 'libsql';
import { WactlError } from '../errors.ts';
import { databaseError, storeLockedError } from './database-error.ts';
import { journalSync } from './journal-sync.ts';
import type { BoundValue, Row } from './row-values.ts';

/**
 * Columns of a SELECT that may hold text. libsql ends the whole process on text that is not UTF-8, which one flipped
 * bit can cause. So text that is not plain ASCII comes as bytes, which `textIn` reads. An ORDER BY must also name the
 * table; otherwise it would sort by these expressions, without an index.
 */
export const columns = (names: readonly string[]): string =>
  names
    .map(
      (name) =>
        `iif(typeof(${name}) = 'text' AND ${name} ${notAscii}, CAST(${name} AS BLOB), ${name}) AS ${name}`,
    )
    .join();

const notAscii = `GLOB '*[^\x01-\x7f]*'`;

/** One connection to one database file: the only interface to SQLite's library in this store. */
export interface Database {
  readonly path: string;
  rows(sql: string, values: readonly BoundValue[]): Row[];
  /** Returns the number of changed rows. */
  run(sql: string, values: readonly BoundValue[]): number;
  /** Runs statements without values and without results. */
  exec(sql: string): void;
  /**
   * Commits what `work` did, or rolls it back when `work` throws. `write` and `unsynced` first wait for their turn. What `unsynced`
   * did survives a power loss only after `sync`.
   */
  transaction<T>(kind: 'read' | 'write' | 'unsynced', work: () => T): T;
  /** How many rows were changed so far. */
  readonly changes: number;
  /** Resolves when all that is committed now survives a power loss; the event loop goes on meanwhile. */
  sync(): Promise<void>;
  /** So that what was overwritten is not in it any more. Best effort: another process may be reading it. */
  emptyJournal(): void;
  close(): void;
}

type Options = {
  readonly path: string;
  readonly busyTimeoutMs: number;
  /**
   * A draft gets its name later. Its commits are complete in the file itself: the content of a journal under the old
   * name would be lost, and libsql, which never fully closes a connection, would keep using the old name's -shm. They do
   * not wait for the disk either: until the caller syncs the file, a power loss may damage it.
   */
  readonly isDraft?: boolean;
};

// fullfsync: on macOS a plain fsync leaves the data in the drive's cache.
// SQLite's own checkpoints are off: see `checkpoint`. A journal that is begun anew is cut to what is in it.
const durable =
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; ' +
  'PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 0;';
/** As large as SQLite lets it grow. */
const largeJournal = 1_000 * 4096;
const drafting = 'PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;';

/** For a database of another program, which may be writing. From here on, the connection sees it as it is now. */
export const reading = `
  PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA busy_timeout = 2000;
  BEGIN; SELECT 1 FROM sqlite_master LIMIT 1;`;

const pragmas = `
  PRAGMA foreign_keys = ON;
  PRAGMA secure_delete = ON;
  PRAGMA cell_size_check = ON;`;

/** Opens the file, which must exist. Throws WactlError (`store_damaged`, `store_locked`), as every method does. */
export function openDatabase({ path, busyTimeoutMs, isDraft = false }: Options): Database {
  const explained = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw databaseError(path, resultCode(error), error);
    }
  };
  const connection = explained(() => new Libsql(path));
  const statements = new Map<string, Libsql.Statement<[readonly BoundValue[]]>>();
  let isOpen = true;
  let hasWritten = false;
  let isSyncing = true;
  let changes = 0;

  // libsql still runs prepared statements of a closed connection.
  const assertOpen = (): void => {
    if (!isOpen) throw new Error('the store is closed');
  };
  const exec = (sql: string): void => {
    assertOpen();
    explained(() => connection.exec(sql));
  };
  const prepared = (sql: string) => {
    assertOpen();
    const statement = statements.get(sql) ?? connection.prepare<[readonly BoundValue[]]>(sql);
    statements.set(sql, statement);
    return statement;
  };

  try {
    exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; ${isDraft ? drafting : durable} ${pragmas}`);
  } catch (error) {
    connection.close();
    throw error;
  }

  /** Whether a commit waits for the disk. */
  const syncCommits = (wanted: boolean): void => {
    if (isDraft || wanted === isSyncing) return;
    exec(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
    isSyncing = wanted;
  };
  const journal = journalSync(`${path}-wal`, () => emptyWholeJournal(connection, path));

  let isShortening = false;
  /** Once its content is on the disk: a checkpoint, which stops everything, then waits less for the disk. */
  const shortenJournal = (): void => {
    if (isShortening || journalSize(path) <= largeJournal) return;
    isShortening = true;
    journal
      .sync()
      .then(() => isOpen && checkpoint(connection, path, 'PASSIVE'))
      .catch(() => undefined)
      .finally(() => (isShortening = false));
  };

  return {
    path,
    exec,
    get changes() {
      return changes;
    },
    sync: () =>
      journal.sync().catch((error: unknown) => {
        throw error instanceof WactlError
          ? error
          : databaseError(path, resultCode(error) ?? resultCodeOf(error), error);
      }),
    rows: (sql, values) =>
      explained(() =>
        prepared(sql)
          .all(bindable(values))
          .map((row) => withBytes(row as object)),
      ),
    run(sql, values) {
      const changed = explained(() => prepared(sql).run(bindable(values)).changes);
      changes += changed;
      return changed;
    },
    transaction(kind, work) {
      if (kind !== 'read') syncCommits(kind === 'write');
      exec(kind === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE');
      try {
        const result = work();
        exec('COMMIT');
        hasWritten ||= kind !== 'read';
        if (kind !== 'read' && !isDraft) shortenJournal();
        return result;
      } catch (error) {
        if (connection.inTransaction) exec('ROLLBACK');
        throw error;
      }
    },
    emptyJournal: () => emptyJournal(connection, path, busyTimeoutMs),
    close() {
      if (!isOpen) return;
      isOpen = false;
      journal.close();
      // libsql cannot finalize statements, so its close does not empty the journal as SQLite's would.
      if (hasWritten) emptyJournal(connection, path);
      connection.close();
    },
  };
}

/** Best effort: data that stays in the journal is just as durable. Waits for no other process. */
function emptyJournal(connection: Libsql.Database, path: string, busyTimeoutMs = 0): void {
  connection.exec('PRAGMA busy_timeout = 0');
  checkpoint(connection, path, 'TRUNCATE');
  connection.exec(`PRAGMA busy_timeout = ${String(busyTimeoutMs)}`);
}

/**
 * Copies the journal into the database, if the journal can be read: libsql 0.5.29 takes no notice of a read that fails there, writes
 * the page that it read last in its place, and drops the journal, so that an I/O error would destroy the database.
 */
function checkpoint(connection: Libsql.Database, path: string, kind: 'PASSIVE' | 'TRUNCATE'): void {
  try {
    readWhole(`${path}-wal`);
    connection.exec(`PRAGMA wal_checkpoint(${kind})`);
  } catch {
    return;
  }
}

/** Does the same, with all of it: throws when another process is reading it, too. */
function emptyWholeJournal(connection: Libsql.Database, path: string): void {
  readWhole(`${path}-wal`);
  const [result] = connection.prepare<[]>('PRAGMA wal_checkpoint(TRUNCATE)').all() as { busy: number }[];
  if (result?.busy !== 0)
    throw storeLockedError('a write failed, and another process is still reading', 'try again in a moment');
}

/** Throws when a part of it cannot be read. What was read a moment ago is in the system's memory. */
function readWhole(path: string): void {
  const handle = openSync(path, 'r');
  try {
    const block = Buffer.alloc(256 * 1024);
    let at = 0;
    for (let length = -1; length !== 0; at += length) length = readSync(handle, block, 0, block.length, at);
  } finally {
    closeSync(handle);
  }
}

const journalSize = (path: string): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/** Refuses values that libsql would silently change: it cuts text at a NUL, and turns NaN into NULL. */
function bindable(values: readonly BoundValue[]): readonly BoundValue[] {
  for (const value of values) {
    if (typeof value === 'string' && value.includes('\0')) throw new TypeError('text with a NUL character');
    if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('not a finite number');
  }
  return values;
}

/** libsql returns blobs as ArrayBuffer. */
export function withBytes(row: object): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]: [string, BoundValue | ArrayBuffer]) => [
      column,
      value instanceof ArrayBuffer ? new Uint8Array(value) : value,
    ]),
  );
}

/** The same of an error of the system. */
const resultCodeOf = (error: unknown): number | undefined => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? 13 : 10;
};

/** SQLite's primary result code; 14 (cannot open) for libsql's own error on opening, which has none. */
export function resultCode(error: unknown): number | undefined {
  if (error instanceof Libsql.SqliteError)
    return error.rawCode === undefined ? undefined : error.rawCode & 0xff;
  return error instanceof Error && error.message.startsWith('ConnectionFailed') ? 14 : undefined;
}
