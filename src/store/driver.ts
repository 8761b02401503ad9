import Libsql from 'libsql';
import { databaseError } from './database-error.ts';

/** What a `?` can stand for. Booleans are not among them: libsql aborts the process on one. */
export type BoundValue = string | number | Uint8Array | null;

export type Row = Readonly<Record<string, BoundValue>>;

/**
 * Columns of a SELECT that may hold text. libsql ends the whole process when it meets text that is not UTF-8, as one
 * flipped bit makes it: so whatever is not plain ASCII comes as its bytes, and `textIn` reads it. An ORDER BY has to name
 * the table too, for otherwise it would sort by these expressions, without an index.
 */
export const columns = (names: readonly string[]): string =>
  names
    .map(
      (name) =>
        `iif(typeof(${name}) = 'text' AND ${name} ${notAscii}, CAST(${name} AS BLOB), ${name}) AS ${name}`,
    )
    .join();

const notAscii = `GLOB '*[^\x01-\x7f]*'`;

/** The text in a column that was read by way of `columns`; undefined when there is none, or bytes that are not UTF-8. */
export function textIn(value: BoundValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return utf8.decode(value);
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One connection to one database file: all that the rest of the store knows of SQLite's library. */
export interface Database {
  readonly path: string;
  rows(sql: string, values: readonly BoundValue[]): Row[];
  /** Answers with the number of changed rows. */
  run(sql: string, values: readonly BoundValue[]): number;
  /** Runs statements without values and without results. */
  exec(sql: string): void;
  /** All or nothing: commits what `work` did, takes it back when it throws. `write` waits for its turn first. */
  transaction<T>(kind: 'read' | 'write', work: () => T): T;
  close(): void;
}

type Options = {
  readonly path: string;
  readonly busyTimeoutMs: number;
  /**
   * DELETE: each commit is whole in the file itself. For one that gets another name: what a journal of the old name holds
   * would be lost, and libsql, which never quite closes a connection, would go on with the old name's -shm.
   */
  readonly journal?: 'WAL' | 'DELETE';
};

// fullfsync: on macOS a plain fsync leaves the data in the drive's cache.
const pragmas = `
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA foreign_keys = ON;
  PRAGMA secure_delete = ON;
  PRAGMA cell_size_check = ON;`;

/** Opens the file, which must exist. Throws WactlError (`store_damaged`, `store_locked`), as every method does. */
export function openDatabase({ path, busyTimeoutMs, journal = 'WAL' }: Options): Database {
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

  // libsql goes on serving prepared statements of a closed connection.
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
    exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = ${journal}; ${pragmas}`);
  } catch (error) {
    connection.close();
    throw error;
  }

  return {
    path,
    exec,
    rows: (sql, values) =>
      explained(() =>
        prepared(sql)
          .all(bindable(values))
          .map((row) => withBytes(row as object)),
      ),
    run: (sql, values) => explained(() => prepared(sql).run(bindable(values)).changes),
    transaction(kind, work) {
      exec(kind === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN');
      try {
        const result = work();
        exec('COMMIT');
        hasWritten ||= kind === 'write';
        return result;
      } catch (error) {
        if (connection.inTransaction) exec('ROLLBACK');
        throw error;
      }
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      // libsql has no way to finalize statements, so its close does not empty the journal as SQLite's would.
      if (hasWritten) emptyJournal(connection);
      connection.close();
    },
  };
}

/** Best effort: whatever stays in the journal is as durable there. Waits for nobody. */
function emptyJournal(connection: Libsql.Database): void {
  try {
    connection.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    return;
  }
}

/** Refuses what libsql would silently change: text is cut at a NUL, NaN becomes NULL. */
function bindable(values: readonly BoundValue[]): readonly BoundValue[] {
  for (const value of values) {
    if (typeof value === 'string' && value.includes('\0')) throw new TypeError('text with a NUL character');
    if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('not a finite number');
  }
  return values;
}

/** libsql hands blobs out as ArrayBuffer. */
function withBytes(row: object): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]: [string, BoundValue | ArrayBuffer]) => [
      column,
      value instanceof ArrayBuffer ? new Uint8Array(value) : value,
    ]),
  );
}

/** SQLite's primary result code; 14 (cannot open) for libsql's own error on opening, which has none. */
function resultCode(error: unknown): number | undefined {
  if (error instanceof Libsql.SqliteError)
    return error.rawCode === undefined ? undefined : error.rawCode & 0xff;
  return error instanceof Error && error.message.startsWith('ConnectionFailed') ? 14 : undefined;
}
