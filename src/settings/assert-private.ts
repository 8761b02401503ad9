import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, realpathSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { WactlError } from '../errors.ts';

export type AssertPrivateOptions = {
  /** The user of this process; undefined where files have no such owners, as on Windows. */
  readonly uid: number | undefined;
  /** Called with a sentence about a file or directory that was open to other users. */
  readonly warn: (sentence: string) => void;
};

const files = ['config.json', 'whatsapp-version', 'wactl.db', 'wactl.db-wal', 'wactl.db-shm'];
const directories = ['run', 'logs'];

/**
 * Makes sure that no other user can read or change the files in the directory. Own files that are open to others are
 * closed, with a warning. Throws `store_unsafe` for a file of another user, for a symbolic link, and for a file that
 * cannot be closed: its settings, a proxy or webhook among them, could be another user's. Parent directories are not
 * checked: a directory that another user puts there belongs to that user.
 */
export function assertPrivate(directory: string, options: AssertPrivateOptions): void {
  if (options.uid === undefined) return;
  const found = look(directory);
  if (!found) return;
  assertKept(directoryBehind(directory, found, options.uid), 0o700, options);
  for (const name of files) assertKept(join(directory, name), 0o600, options);
  for (const name of directories) assertKept(join(directory, name), 0o700, options);
}

/** A link that no other user can have made is as good as the directory itself. */
function directoryBehind(directory: string, found: Stats, uid: number): string {
  if (!found.isSymbolicLink() || (found.uid !== uid && found.uid !== 0)) return directory;
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}

function assertKept(path: string, mode: number, { uid, warn }: AssertPrivateOptions): void {
  const found = look(path);
  if (!found) return;
  if (found.isSymbolicLink()) throw unsafe(path, 'is a symbolic link', `replace the link with its target`);
  if (found.uid !== uid && found.uid !== 0) {
    throw unsafe(path, `belongs to another user (${String(found.uid)})`, 'run wactl as that user');
  }
  if ((found.mode & 0o077) === 0) return;
  const left = found.uid === uid ? closed(path, found, mode) : found.mode;
  if ((left & 0o022) !== 0)
    throw unsafe(path, 'can be changed by other users', `restrict it: chmod ${mode.toString(8)}`);
  if (found.uid === uid)
    warn(`${path} was open to other users (mode ${octal(found.mode)}); now it is ${octal(left)}`);
}

/** Takes everybody else's rights away; answers with the mode that it then has. A link is never followed. */
function closed(path: string, { mode: before }: Stats, mode: number): number {
  let handle: number | undefined;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    fchmodSync(handle, mode);
    return fstatSync(handle).mode;
  } catch {
    return before;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Undefined if the file is missing or cannot be seen: the code that needs it reports that. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

const unsafe = (path: string, what: string, remedy: string): WactlError =>
  new WactlError(
    'store_unsafe',
    `${path} ${what}`,
    `${remedy}, or choose another directory with --config-dir`,
  );
