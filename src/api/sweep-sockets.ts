import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isSocketThere } from './socket-there.ts';

/**
 * Removes the sockets that killed processes left beside a socket: those on which no process listens. A process that has
 * bound its socket but does not listen yet looks the same; it later finds its file gone and opens another (listenOnSocket).
 */
export async function sweepSockets(own: string): Promise<void> {
  const directory = dirname(own);
  const names = await readdir(directory);
  const others = names.filter((name) => extname(name) === extname(own) && name !== basename(own));
  await Promise.all(
    others.map(async (name) => {
      const path = join(directory, name);
      if (!(await isSocketThere(path))) await rm(path, { force: true });
    }),
  );
}
