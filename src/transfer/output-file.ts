import { randomUUID } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';
import type { OutputFile } from '../ports/transfer.ts';

const privateMode = 0o600;

/**
 * A private file that is whole whenever it is there: it gets its name, in place of a file that had it, when all of it is on the disk. A
 * crash leaves what was there, and maybe a stray file beside it. What is not a plain file (a pipe, /dev/stdout) is written to.
 * Throws UsageError at once when nothing can be written there.
 */
export async function outputFile(path: string): Promise<OutputFile> {
  const isPlain = await isPlainOrAbsent(path).catch((error: unknown) => refuse(path, error));
  const aside = isPlain ? `${path}.${randomUUID()}` : path;
  const handle = await open(aside, isPlain ? 'wx' : 'w', privateMode).catch((error: unknown) =>
    refuse(path, error),
  );
  const discard = async (): Promise<void> => {
    await handle.close().catch(() => undefined);
    if (isPlain) await rm(aside, { force: true });
  };
  return {
    async write(content) {
      try {
        await handle.writeFile(content);
        if (isPlain) await keep(handle, aside, path);
        else await handle.close();
      } catch (error) {
        await discard();
        refuse(path, error);
      }
    },
    discard,
  };
}

async function keep(handle: FileHandle, aside: string, path: string): Promise<void> {
  await handle.chmod(privateMode);
  await handle.sync();
  await handle.close();
  await rename(aside, path);
  await syncDirectory(dirname(path));
}

/** So that a power loss does not take the name away again. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  // Windows has no such thing.
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function isPlainOrAbsent(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

function refuse(path: string, error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  throw new UsageError(`the file "${path}" cannot be written: ${code}`, 'choose another file');
}
