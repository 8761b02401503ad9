import { WactlError, seeDoctor } from '../errors.ts';
import { writingProcess } from './writing-process.ts';

const startOver = (path: string): string =>
  `restore ${path} from a backup, or move it away together with ${path}-wal and pair the sessions again${seeDoctor}`;

/** The file, or something in it, differs from what this program wrote. */
export const storeDamagedError = (path: string, what: string, cause?: unknown): WactlError =>
  new WactlError('store_damaged', `the session database is damaged: ${what}`, startOver(path), { cause });

/** The data is whole as far as anyone knows, but this process can't get at it now. */
export const storeLockedError = (what: string, hint: string, cause?: unknown): WactlError =>
  new WactlError('store_locked', cannotBeUsed(what), hint, { cause });

const cannotBeUsed = (what: string): string => `the session database cannot be used: ${what}`;

/** Another process has the database locked; the same may succeed in a moment. */
export class BusyError extends WactlError {
  constructor(what: string, hint: string, cause: unknown) {
    super('store_locked', cannotBeUsed(what), hint, { cause });
    this.name = WactlError.name;
  }
}

/** Turns an SQLite primary result code into words; returns any other error unchanged. */
export function databaseError(path: string, resultCode: number | undefined, error: unknown): unknown {
  switch (resultCode) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
    case 15: // SQLITE_PROTOCOL: several processes recover the journal at once.
      return busyError(path, error);
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 14: // SQLITE_CANTOPEN
      return storeLockedError(
        `${path} cannot be opened for writing`,
        'check the owner of that file and of its directory, or choose another with --config-dir',
        error,
      );
    case 13: // SQLITE_FULL
      return storeLockedError('the disk is full', 'make room, then try again', error);
    case 10: // SQLITE_IOERR
      return new WactlError(
        'store_damaged',
        `the session database cannot be read or written: the disk under ${path} reports an error`,
        'check the disk and the mount, then try again; keep a copy of the file',
        { cause: error },
      );
    case 19: // SQLITE_CONSTRAINT: every insert allows for existing rows, so a table contradicts its index.
      return storeDamagedError(path, `a table in ${path} contradicts its index`, error);
    case 1: // SQLITE_ERROR: mostly a mistake in SQL; but so it calls a header that says another format.
      return error instanceof Error && error.message.includes('unsupported file format')
        ? storeDamagedError(path, `${path} is no longer an intact database`, error)
        : error;
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return storeDamagedError(path, `${path} is no longer an intact database`, error);
    default:
      return error;
  }
}

/** Another process has the write lock; names it where the system tells its pid. */
function busyError(path: string, error: unknown): BusyError {
  const writer = writingProcess(path);
  if (!writer) return new BusyError('another process is writing to it', 'try again in a moment', error);
  const pid = String(writer.pid);
  return writer.isStopped
    ? new BusyError(
        `process ${pid} was suspended while it was writing to it`,
        `resume it: kill -CONT ${pid}`,
        error,
      )
    : new BusyError(
        `process ${pid} is writing to it`,
        `try again in a moment, or end that process: kill ${pid}`,
        error,
      );
}
