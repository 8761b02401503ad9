import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isSocketThere } from './socket-there.ts';

/**
 * Removes what killed processes have left beside a socket: where nobody listens. A process that has bound its socket and does
 * not listen yet looks the same; it finds its file gone when it does, and opens another (listenOnSocket).
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
