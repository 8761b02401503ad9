import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { WactlError, seeDoctor } from '../errors.ts';

export type AssertPrivateOptions = {
  /** The user of this process; undefined where files have no such owners, as on Windows. */
  readonly uid: number | undefined;
  /** Called with a sentence about a file or directory that was open to other users. */
  readonly warn: (sentence: string) => void;
};

const files = ['config.json', 'whatsapp-version', 'wactl.db', 'wactl.key', 'wactl.db-wal', 'wactl.db-shm'];
const directories = ['run', 'logs', 'sandboxes'];

/**
 * Makes sure that no other user can read or change the files in the directory. What is the user's own and others could
 * read is closed, with a warning. Throws `store_unsafe` for a directory that others could change, for what belongs to
 * another user, for a symbolic link, and for what cannot be closed: its settings, a proxy or webhook among them, could be
 * another user's. Parent directories are not checked: a directory that another user puts there belongs to that user.
 */
export function assertPrivate(directory: string, { uid, warn }: AssertPrivateOptions): void {
  if (uid === undefined) return;
  for (const { path, mode } of privatePaths(directory)) {
    const open = openTo(path, uid);
    if (!open) continue;
    if (path === directory && isOthers(open.stats.mode)) throw changeable(path, mode);
    const closed = closeToOthers(open, mode);
    if (closed !== undefined) warn(closed);
  }
}

type PrivatePath = { readonly path: string; readonly mode: number };

/** Everything in the directory that nobody else may read, itself first, with the mode that it should have. */
export function privatePaths(directory: string): readonly PrivatePath[] {
  if (!look(directory)) return [];
  return [
    { path: directory, mode: 0o700 },
    ...files.map((name) => ({ path: join(directory, name), mode: 0o600 })),
    ...directories.map((name) => ({ path: join(directory, name), mode: 0o700 })),
  ];
}

/** A file or directory that other users have a right to. */
export type OpenPath = { readonly path: string; readonly stats: Stats; readonly isOwn: boolean };

/** Undefined when it is missing or private. Throws `store_unsafe` for a link, and for what belongs to another user. */
export function openTo(path: string, uid: number): OpenPath | undefined {
  const stats = look(path);
  if (!stats) return undefined;
  if (stats.isSymbolicLink()) throw unsafe(path, 'is a symbolic link', 'replace the link with its target');
  if (stats.uid !== uid && stats.uid !== 0) {
    throw unsafe(path, `belongs to another user (${String(stats.uid)})`, 'run wactl as that user');
  }
  return (stats.mode & 0o077) === 0 ? undefined : { path, stats, isOwn: stats.uid === uid };
}

/** Returns a sentence if it had to be closed. Throws `store_unsafe` when others can still change it. */
export function closeToOthers({ path, stats, isOwn }: OpenPath, mode: number): string | undefined {
  const left = isOwn ? closed(path, stats, mode) : stats.mode;
  if (isOthers(left)) throw changeable(path, mode);
  return isOwn
    ? `${path} was open to other users (mode ${octal(stats.mode)}); now it is ${octal(left)}`
    : undefined;
}

/** Whether others can change it. */
export const isOthers = (mode: number): boolean => (mode & 0o022) !== 0;

export const changeable = (path: string, mode: number): WactlError =>
  unsafe(path, 'can be changed by other users', `restrict it: chmod ${mode.toString(8)} ${path}`);

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

export const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

const unsafe = (path: string, what: string, remedy: string): WactlError =>
  new WactlError(
    'store_unsafe',
    `${path} ${what}`,
    `${remedy}, or choose another directory with --config-dir${seeDoctor}`,
  );
