import { randomBytes } from 'node:crypto';
import { rm, rmdir, readdir } from 'node:fs/promises';
import { dirname, join, basename, extname } from 'node:path';
import type { Api } from './app.ts';
import type { Listening } from './listen.ts';
import type { LocalSessions, Peers } from '../ports/peers.ts';
import type { Hosts } from '../ports/hosts.ts';
import type { FleetRequest } from './fleet-signature.ts';
import { fleetPath } from './server-address.ts';
import { doesSocketAnswer, isSocketThere } from './socket-there.ts';
import { runtimeDirectory } from './runtime-directory.ts';
import type { RuntimeParts } from './runtime-directory.ts';

export type PeerSocketsParts = RuntimeParts & {
  /** "linux", "darwin", "win32", … */
  readonly platform: string;
  /** Whether a process is stopped, as by Ctrl-Z. */
  readonly isStopped: (pid: number) => boolean;
  /** Whether the socket does not keep the process running. */
  readonly isGuest?: boolean;
  /** Those of other machines; left out where there are none. */
  readonly hosts?: Pick<Hosts, 'secret'> | undefined;
  /** The API for other processes, made at the first request. */
  readonly api: (own: LocalSessions) => Promise<Api>;
};

const nameBytes = 8;
export const socketSuffix = '.sock';
const openAttempts = 5;

type Opened = { readonly path: string; readonly listening: Listening };

const asking = () => Promise.all([import('./remote-holder.ts'), import('./http-client.ts')]);

/** Peers over private Unix sockets (named pipes on Windows) with random names; those of other machines over HTTP. */
export function peerSockets(parts: PeerSocketsParts): Peers {
  const { platform, api } = parts;
  let opened: Promise<Opened> | undefined;
  let swept: Promise<void> | undefined;

  const newPath = async (): Promise<string> => {
    const name = randomBytes(nameBytes).toString('hex');
    if (platform === 'win32') return `\\\\.\\pipe\\wactl-${name}`;
    const file = `${name}${socketSuffix}`;
    return join(await runtimeDirectory(parts, file.length), file);
  };
  const open = async (own: LocalSessions, attempts = openAttempts): Promise<Opened> => {
    const { listenOnSocket } = await import('./listen.ts');
    try {
      const path = await newPath();
      const listening = await listenOnSocket(path, () => api(own));
      if (parts.isGuest) listening.unref();
      return { path, listening };
    } catch (error) {
      // The last process to leave removes the directory, which may have been just now.
      if (attempts > 1) return open(own, attempts - 1);
      throw error;
    }
  };
  return {
    async open(own) {
      const { path } = await (opened ??= open(own));
      // Not awaited: the next process removes the sockets that cannot be removed now.
      if (platform !== 'win32') swept ??= sweepSockets(path).catch(() => undefined);
      return path;
    },
    async at(socketPath) {
      const [{ remoteHolder }, { HttpClient }] = await asking();
      return remoteHolder(new HttpClient({ socketPath }));
    },
    async atHost(url, to) {
      if (!parts.hosts) throw new Error('a store of one machine has no other hosts');
      const secret = await parts.hosts.secret();
      const [[{ remoteHolder }, { HttpClient }], { signedFor }] = await Promise.all([
        asking(),
        import('./fleet-signature.ts'),
      ]);
      const sign = (request: Omit<FleetRequest, 'to'>): string => signedFor({ ...request, to }, secret);
      return remoteHolder(new HttpClient({ url: new URL(fleetPath, url), sign }));
    },
    isThere: isSocketThere,
    answers: doesSocketAnswer,
    isStopped: (pid) => parts.isStopped(pid),
    async forget(socketPath) {
      if (!(await isSocketThere(socketPath))) await removeSocket(socketPath);
    },
    async close() {
      if (!opened) return;
      const { path, listening } = await opened;
      await Promise.all([listening.close(), swept]);
      if (platform !== 'win32') await removeSocket(path);
    },
  };
}

/** With its directory, unless there are others in it. */
export async function removeSocket(path: string): Promise<void> {
  await rm(path, { force: true });
  await rmdir(dirname(path)).catch(() => undefined);
}

/**
 * Removes the sockets that killed processes left beside a socket: those on which no process listens. A process that has
 * bound its socket but does not listen yet looks the same; it later finds its file gone and opens another (listenOnSocket).
 */
async function sweepSockets(own: string): Promise<void> {
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
