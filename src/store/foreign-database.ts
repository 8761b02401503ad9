import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import { FileDamagedError, UsageError, WactlError } from '../errors.ts';
import { reading, resultCode, withBytes } from './driver.ts';
import type { BoundValue, Row } from './row-values.ts';

/** A database of another program, as it was at one moment. It is only read. */
export interface ForeignDatabase {
  /** Throws UsageError, `file_damaged`, `in_use`, as opening does. */
  rows(sql: string, values: readonly BoundValue[]): Row[];
  close(): void;
}

const magic = 'SQLite format 3';
/** In the header: 2 for a database with a write-ahead log. */
const readVersionAt = 19;

/**
 * Opens an SQLite file read-only. A log beside it is read too, for which SQLite may make an index (`-shm`); neither the file nor its log
 * is changed.
 */
export function openForeignDatabase(path: string): ForeignDatabase {
  const header = headerOf(path);
  if (header.subarray(0, magic.length).toString('latin1') !== magic)
    throw new FileDamagedError(
      `"${path}" is not an SQLite database, or it is encrypted`,
      'give the file that the program keeps its session in',
    );
  const url = pathToFileURL(path);
  // SQLite would make an empty log here, also where it cannot.
  const isQuiet = header[readVersionAt] === 2 && sizeOf(`${path}-wal`) === 0;
  url.search = isQuiet ? 'immutable=1' : 'mode=ro';
  const explained = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw foreignError(path, error);
    }
  };
  const connection = explained(() => new Libsql(url.href));
  try {
    explained(() => connection.exec(reading));
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    rows: (sql, values) =>
      explained(() =>
        connection
          .prepare<[readonly BoundValue[]]>(sql)
          .all(values)
          .map((row) => withBytes(row as object)),
      ),
    close: () => connection.close(),
  };
}

function headerOf(path: string): Buffer {
  const header = Buffer.alloc(100);
  try {
    if (!statSync(path).isFile()) throw new UsageError(`"${path}" is not a file`);
    const handle = openSync(path, 'r');
    try {
      readSync(handle, header, 0, header.length, 0);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw unreadable(path, (cause as NodeJS.ErrnoException).code, cause);
  }
  return header;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const unreadable = (path: string, why: string | undefined, cause: unknown): UsageError =>
  new UsageError(`"${path}" cannot be read${why === undefined ? '' : `: ${why}`}`, undefined, { cause });

function foreignError(path: string, cause: unknown): unknown {
  const code = resultCode(cause);
  switch (code) {
    case undefined:
      return cause;
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return new WactlError(
        'in_use',
        `"${path}" is locked: a program is writing to it`,
        'stop that program, then try again',
        { cause },
      );
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 14: // SQLITE_CANTOPEN
      return sizeOf(`${path}-journal`) > 0 || sizeOf(`${path}-wal`) > 0
        ? new FileDamagedError(
            `"${path}" was left in the middle of a change`,
            'start its program and stop it again, or copy the file with all files that begin with its name, then try again',
            { cause },
          )
        : unreadable(path, undefined, cause);
    case 10: // SQLITE_IOERR
      return unreadable(path, 'the disk reports an error', cause);
    default:
      return new FileDamagedError(`"${path}" is damaged`, undefined, { cause });
  }
}
