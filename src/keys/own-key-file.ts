import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { WactlError } from '../errors.ts';

const fileMode = 0o600;

/** Gives a new file these keys, unless it is there already. It is on the disk, name and all, when this returns. */
export const createKeyFile = (path: string, keys: readonly Uint8Array[]): void =>
  publish(path, keys, (draft) => {
    try {
      linkSync(draft, path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return;
      // No hard links here (FAT, Android). The database's write lock keeps other processes out meanwhile.
      renameSync(draft, path);
    }
  });

/** Puts these keys in the place of those in the file, all or nothing. */
export const replaceKeyFile = (path: string, keys: readonly Uint8Array[]): void =>
  publish(path, keys, (draft) => renameSync(draft, path));

/** Removes the file, also after a power loss. */
export function removeKeyFile(path: string): void {
  rmSync(path, { force: true });
  syncDirectory(dirname(path));
}

function publish(path: string, keys: readonly Uint8Array[], place: (draft: string) => void): void {
  const directory = dirname(path);
  try {
    const staging = mkdtempSync(join(directory, '.new-'));
    try {
      const draft = join(staging, 'wactl.key');
      const handle = openSync(draft, 'wx', fileMode);
      try {
        writeSync(handle, Buffer.concat(keys));
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      place(draft);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
    syncDirectory(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new WactlError(
      'store_locked',
      `the key file ${path} cannot be written (${code ?? String(error)})`,
      'check that you own its directory and that the disk has room, then try again',
      { cause: error },
    );
  }
}

/** Makes the names in it last. Windows has no way to do that. */
export function syncDirectory(directory: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(directory, 'r');
    fsyncSync(handle);
  } catch {
    return;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
