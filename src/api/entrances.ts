import { bracketed } from '../domain/listen-address.ts';
import type { ListenAddress } from '../domain/listen-address.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { Api } from './app.ts';
import { listenForAll } from './listen.ts';
import type { Listening } from './listen.ts';
import { publicSocket } from './public-socket.ts';
import type { TlsPair } from './tls-files.ts';

export type EntrancesOptions = {
  readonly listen: readonly ListenAddress[];
  /** Sockets that listen already. */
  readonly inherited: readonly { readonly fd: number; readonly name: string }[];
  /** The rights of sockets that are files. */
  readonly socketMode: number;
  /** On TCP; in the clear when undefined. */
  readonly tls: TlsPair | undefined;
  /** Of each; any number when undefined. */
  readonly maxConnections: number | undefined;
  /** Throws when clients may not be let in at this host name. */
  readonly checkHost: (host: string) => void;
};

/** Where clients come in. */
export type Entrances = {
  /** "http://127.0.0.1:7764", "unix:/run/wactl.sock", in the order of the options; at least one. */
  readonly urls: readonly string[];
  /** Shows new clients this pair. */
  renew(tls: TlsPair): void;
  /** Accepts no more; resolves when the requests under way are answered or cut off. */
  close(): Promise<void>;
};

type Entrance = { readonly url: string; readonly listening: Listening; readonly remove: () => Promise<void> };

/** Opens all, or none. Throws `usage`. */
export async function openEntrances(options: EntrancesOptions, api: Api): Promise<Entrances> {
  const opened: Entrance[] = [];
  const close = async (graceMs?: number): Promise<void> => {
    await Promise.all(
      opened.map(async ({ listening, remove }) => {
        await remove();
        await listening.close(graceMs);
      }),
    );
  };
  try {
    for (const { fd, name } of options.inherited) opened.push(await openInherited(fd, name, options, api));
    for (const address of options.listen) {
      opened.push(
        await ('path' in address ? openSocket(address.path, options, api) : openTcp(address, options, api)),
      );
    }
  } catch (error) {
    await close(0);
    throw error;
  }
  return {
    urls: opened.map(({ url }) => url),
    renew(tls) {
      for (const { listening } of opened) listening.renew(tls);
    },
    close,
  };
}

const stays = (): Promise<void> => Promise.resolve();

async function openTcp(
  { host, port }: { readonly host: string; readonly port: number },
  { tls, maxConnections, checkHost }: EntrancesOptions,
  api: Api,
): Promise<Entrance> {
  checkHost(host);
  const listening = await listenForAll({ host, port }, api, { tls, maxConnections });
  return { url: urlOf(host, listening.port, tls), listening, remove: stays };
}

async function openSocket(
  path: string,
  { socketMode, maxConnections }: EntrancesOptions,
  api: Api,
): Promise<Entrance> {
  const { hidden, show, remove } = await publicSocket(path, socketMode);
  const listening = await listenForAll({ path: hidden }, api, { tls: undefined, maxConnections });
  try {
    await show();
  } catch (error) {
    await listening.close(0);
    throw error;
  }
  return { url: `unix:${path}`, listening, remove };
}

/** TCP or a Unix socket: that is known once it is open. */
async function openInherited(
  fd: number,
  name: string,
  { tls, maxConnections, checkHost }: EntrancesOptions,
  api: Api,
): Promise<Entrance> {
  const listening = await listenForAll({ fd }, api, { tls, maxConnections });
  const { host, port } = listening;
  if (host === null) return { url: `unix:(${name})`, listening, remove: stays };
  try {
    checkHost(host);
  } catch (error) {
    await listening.close(0);
    throw error;
  }
  return { url: urlOf(host, port, tls), listening, remove: stays };
}

const urlOf = (host: string, port: number, tls: TlsPair | undefined): string =>
  `${tls ? 'https' : 'http'}://${bracketed(host)}:${String(port)}`;

/** Whether clients of other machines can reach this host name or address. */
export const isRemote = (host: string): boolean => !isLoopback(bracketed(host));
