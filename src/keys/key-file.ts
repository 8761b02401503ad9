import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { WactlError } from '../errors.ts';

/** Of a key in bytes. */
export const keyLength = 32;
/** While keys are changed, a file has the new one and the one before. */
const mostKeys = 2;

export type ReadOptions = {
  /** The user of this process; undefined where files have no such owners. */
  readonly uid: number | undefined;
  /** systemd gives a group the right to read its credentials. */
  readonly isCredential?: boolean;
};

/**
 * The keys in a file, the newest first; undefined when it is not there. Throws `store_unsafe` for a link and for a file that others
 * can read, `wrong_key` for one that does not have a key.
 */
export function readKeyFile(path: string, options: ReadOptions): Uint8Array[] | undefined {
  const handle = open(path);
  if (handle === undefined) return undefined;
  try {
    assertSafe(path, handle, options);
    const bytes = new Uint8Array(keyLength * mostKeys + 1);
    const length = readSync(handle, bytes, 0, bytes.length, 0);
    const count = length / keyLength;
    if (!Number.isInteger(count) || count === 0) throw notAKey(path, length > keyLength * mostKeys);
    return Array.from({ length: count }, (_, index) =>
      bytes.slice(index * keyLength, (index + 1) * keyLength),
    );
  } finally {
    closeSync(handle);
  }
}

function open(path: string): number | undefined {
  try {
    // Windows has neither flag.
    return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP')
      throw unsafe(path, 'is a symbolic link', 'name the file that the link points to', error);
    throw new WactlError(
      'missing_key',
      `the key file ${path} cannot be read (${code ?? String(error)})`,
      'check its owner and its mode: it must be yours, with mode 600',
      { cause: error },
    );
  }
}

function assertSafe(path: string, handle: number, { uid, isCredential = false }: ReadOptions): void {
  const stats = fstatSync(handle);
  if (!stats.isFile()) throw unsafe(path, 'is not a file', 'name a file with 32 random bytes');
  if (uid === undefined) return;
  if (stats.uid !== uid && stats.uid !== 0)
    throw unsafe(path, `belongs to another user (${String(stats.uid)})`, 'use a key file of your own');
  if ((stats.mode & (isCredential ? 0o007 : 0o077)) === 0) return;
  throw unsafe(path, 'is open to other users', `restrict it: chmod 600 ${path}`);
}

const unsafe = (path: string, what: string, remedy: string, cause?: unknown): WactlError =>
  new WactlError('store_unsafe', `the key file ${path} ${what}`, remedy, { cause });

const notAKey = (path: string, isLonger: boolean): WactlError =>
  new WactlError(
    'wrong_key',
    `${path} is not a key file: it has ${isLonger ? 'more' : 'fewer'} than ${String(keyLength)} bytes`,
    `restore it from a backup; a new key is made with: head -c ${String(keyLength)} /dev/urandom > FILE`,
  );
