import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { counted, fixRemedy, ok, warning } from '../domain/finding.ts';
import type { Check } from '../ports/doctor.ts';
import { removeSocket, socketSuffix } from './peer-sockets.ts';
import { usualRuntimeDirectory } from './runtime-directory.ts';
import { isSocketThere } from './socket-there.ts';

/** `sockets`: private sockets that killed processes have left. */
export const socketsCheck = (directory: string): Check => ({
  name: 'sockets',
  needs: ['directory'],
  timeoutMs: 4_000,
  async examine() {
    const { all, left } = await socketsIn(usualRuntimeDirectory(directory));
    if (left.length > 0)
      return warning(
        `${counted(left.length, 'socket')} of ended processes in ${usualRuntimeDirectory(directory)}`,
        fixRemedy,
      );
    return ok(all.length === 0 ? 'none' : `${counted(all.length, 'socket')} in use`);
  },
  async mend() {
    const { left } = await socketsIn(usualRuntimeDirectory(directory));
    for (const path of left) await removeSocket(path);
    return left.map((path) => `removed the socket of an ended process, ${path}`);
  },
});

async function socketsIn(runtime: string): Promise<{ all: string[]; left: string[] }> {
  const names = await readdir(runtime).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const all = names.filter((name) => name.endsWith(socketSuffix)).map((name) => join(runtime, name));
  const areThere = await Promise.all(all.map(isSocketThere));
  return { all, left: all.filter((_, index) => !areThere[index]) };
}
