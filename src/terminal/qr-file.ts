// A QR payload is a secret while it is valid: the file is its owner's alone (0600), is whole whenever it is there (written
// aside, then renamed), and is removed when the QR is dead. A target that is not a plain file (/dev/stdout, a named pipe)
// is written to.
import { randomUUID } from 'node:crypto';
import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

const isPlainOrAbsent = async (path: string): Promise<boolean> => {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
};

async function replace(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await writeFile(aside, content, { mode: 0o600, flag: 'wx' });
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** Puts a QR into a file, in place of the one before it. Throws `usage` when that is not possible. */
export async function writeQrFile(path: string, content: string | Uint8Array): Promise<void> {
  try {
    if (await isPlainOrAbsent(path)) await replace(path, content);
    else await writeFile(path, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`the QR cannot be written to "${path}": ${code}`, 'choose another --output');
  }
}

/** Takes a dead QR away; only a plain file, and no failure when it has gone already. */
export async function removeQrFile(path: string): Promise<void> {
  if (await isPlainOrAbsent(path)) await rm(path, { force: true });
}
