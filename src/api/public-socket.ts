import { randomBytes } from 'node:crypto';
import { chmod, lstat, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError, WactlError } from '../errors.ts';
import { isSocketThere } from './socket-there.ts';

/** A socket file that clients find by its path. */
export type PublicSocket = {
  /** Where to listen, before `show`. */
  readonly hidden: string;
  /** Puts the listening socket in its place, with its rights: there is no moment in which others could use it. */
  readonly show: () => Promise<void>;
  /** Removes it, unless another process has put its own there. */
  readonly remove: () => Promise<void>;
};

/** Longest path that every system takes for a Unix socket. */
const longestPath = 100;

/**
 * A socket at `path`. One that is there is replaced if nobody listens on it, as after a crash. Throws `usage`. `mode`: 0o600 for
 * this user alone, 0o660 for its group too.
 */
export async function publicSocket(path: string, mode: number): Promise<PublicSocket> {
  const hidden = join(dirname(path), `.${randomBytes(4).toString('hex')}`);
  if (Math.max(Buffer.byteLength(path), Buffer.byteLength(hidden)) > longestPath) {
    throw new UsageError(
      `the path of the socket is too long: ${path}`,
      `a system takes ${String(longestPath)} bytes: choose a shorter one`,
    );
  }
  const there = await inodeOf(path);
  if (there && !there.isSocket) {
    throw new UsageError(
      `${path} is there already, and is not a socket`,
      'choose another path with --listen',
    );
  }
  if (there && (await isSocketThere(path))) {
    throw new UsageError(
      `cannot listen on unix:${path}: another program listens there already`,
      'choose another with --listen',
    );
  }
  let own: bigint | undefined;
  return {
    hidden,
    async show() {
      try {
        await chmod(hidden, mode);
        await rename(hidden, path);
        own = (await inodeOf(path))?.inode;
      } catch (cause) {
        await rm(hidden, { force: true });
        const why = (cause as NodeJS.ErrnoException).code ?? 'unknown';
        throw new WactlError(
          'usage',
          `cannot listen on unix:${path} (${why})`,
          'choose another with --listen',
          { cause },
        );
      }
    },
    async remove() {
      if (own !== undefined && (await inodeOf(path))?.inode === own) await rm(path, { force: true });
    },
  };
}

async function inodeOf(path: string): Promise<{ isSocket: boolean; inode: bigint } | undefined> {
  try {
    const stats = await lstat(path, { bigint: true });
    return { isSocket: stats.isSocket(), inode: stats.ino };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new WactlError('usage', `cannot listen on unix:${path} (${why})`, 'choose another with --listen', {
      cause: error,
    });
  }
}
