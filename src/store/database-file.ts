import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from '../make-private-directory.ts';
import { storeDamagedError, storeLockedError } from './database-error.ts';

const fileMode = 0o600;

/**
 * Makes sure that the directory has a private database file, and returns its path. `fill` turns an empty file at the
 * given path into a new database; its content is on the disk before it gets its name. Only the finished file gets the
 * final name, so a crash in between leaves no database (but a stray `.new-…` folder), and of several processes that do
 * this at once one wins. A power loss may take the name away again, until the first durable commit: SQLite syncs the
 * directory when a process first syncs the journal (os_unix.c, UNIXFILE_DIRSYNC).
 */
export function ensureDatabaseFile(directory: string, fill: (path: string) => void): string {
  try {
    makePrivateDirectory(directory);
    const path = databasePath(directory);
    if (!isThere(path)) create(directory, path, fill);
    keepPrivate(path);
    return path;
  } catch (error) {
    throw isFileError(error) ? cannotUse(directory, error) : error;
  }
}

const databasePath = (directory: string): string => join(directory, 'wactl.db');

/** The path of the database that is there already; undefined when none is. Throws as `ensureDatabaseFile`, and changes nothing. */
export function existingDatabase(directory: string): string | undefined {
  try {
    const path = databasePath(directory);
    if (isThere(path)) return path;
    assertNoJournal(path);
    return undefined;
  } catch (error) {
    throw isFileError(error) ? cannotUse(directory, error) : error;
  }
}

/** The file that a path points to. */
export type Place = {
  /** Identifies the file on this machine. */
  readonly file: string;
  /** Throws when the path no longer points to it: a write would be lost. */
  readonly assertUnchanged: () => void;
};

export function placeOf(path: string): Place {
  const { dev, ino } = statSync(path);
  return {
    file: `${String(dev)}:${String(ino)}`,
    assertUnchanged() {
      const now = statSync(path, { throwIfNoEntry: false });
      if (now?.ino === ino && now.dev === dev) return;
      throw storeDamagedError(path, `${path} was removed or replaced while in use; nothing was written`);
    },
  };
}

function isThere(path: string): boolean {
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (!file) return false;
  if (file.isSymbolicLink()) throw linkError(path);
  if (!file.isFile()) throw storeDamagedError(path, `${path} is not a file`);
  // A wactl database is never empty, and SQLite would take an empty file for a new database.
  if (file.size === 0) throw storeDamagedError(path, `${path} is empty`);
  return true;
}

function create(directory: string, path: string, fill: (path: string) => void): void {
  assertNoJournal(path);
  const staging = mkdtempSync(join(directory, '.new-'));
  try {
    const draft = join(staging, 'wactl.db');
    closeSync(openSync(draft, 'wx', fileMode));
    fill(draft);
    sync(draft);
    publish(draft, path);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Of a database that is not there. */
function assertNoJournal(path: string): void {
  const journal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  // Checked again: the journal may belong to a database created a moment ago.
  if (journal && journal.size > 0 && !isThere(path)) {
    throw storeDamagedError(path, `${path} is missing, but its journal ${path}-wal exists`);
  }
}

/** Gives the finished file its name, unless another process was first. */
function publish(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!isFileError(error)) throw error;
    if (error.code === 'EEXIST') return;
    // No hard links here (FAT, Android): another process could create the file between this check and the rename.
    if (!isThere(path)) renameSync(draft, path);
  }
}

/** SQLite creates its journal files with the mode of the database. */
function keepPrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const mode = lstatSync(file, { throwIfNoEntry: false })?.mode ?? fileMode;
    if ((mode & 0o077) !== 0) makePrivate(file);
  }
}

function makePrivate(file: string): void {
  const handle = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    fchmodSync(handle, fileMode);
  } finally {
    closeSync(handle);
  }
}

function sync(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;

const cannotUse = (directory: string, error: NodeJS.ErrnoException) =>
  storeLockedError(
    `cannot keep private files in ${directory} (${error.code ?? error.message})`,
    'check that you own that directory and can write to it, or choose another with --config-dir',
    error,
  );

/** SQLite would put its journal beside the link's target, or create a database there. */
const linkError = (path: string) =>
  storeLockedError(
    `${path} is a symbolic link`,
    'replace the link with the file it points to and its journal, or choose another directory with --config-dir',
  );
