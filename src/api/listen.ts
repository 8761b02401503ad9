import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { chmod } from 'node:fs/promises';
import type { HttpBindings, Http2Bindings } from '@hono/node-server';
import type { Socket } from 'node:net';
import { UsageError, WactlError } from '../errors.ts';
import type { Api } from './app.ts';
import { errorAnswer } from './error-answer.ts';
import type { TlsPair } from './tls-files.ts';

/** A server that takes requests. */
export type Listening = {
  /** The address; null on a socket that is a file. */
  readonly host: string | null;
  /** 0 on a socket that is a file. */
  readonly port: number;
  /** Shows new clients this certificate; nothing where there was none. */
  renew(tls: Pick<TlsPair, 'cert' | 'key'>): void;
  /** The process may end although this listens. */
  unref(): void;
  /** Accepts no more requests; resolves when the open ones are answered, or are cut off after `graceMs`. */
  close(graceMs?: number): Promise<void>;
};

/** Slow or silent clients do not keep a connection. */
const limits = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
};

/** A client that reads nothing of an answer for so long is cut off. */
const unreadForMs = 30_000;

/** A client that connects and says nothing does not keep its connection. */
const tlsLimits = { handshakeTimeout: 10_000 };

const shortGraceMs = 1_000;

/**
 * Serves the API on a Unix socket (a named pipe on Windows) that is for this user alone. `open` is called at the first
 * request. Throws when its file is gone by the time that it listens.
 */
export async function listenOnSocket(
  path: string,
  open: () => Promise<Api>,
  cutOffMs = unreadForMs,
): Promise<Listening> {
  let handle: Promise<RequestListener> | undefined;
  const answer = (): Promise<RequestListener> =>
    (handle ??= listenerOf(open).catch((error: unknown) => {
      // The next request tries again.
      handle = undefined;
      throw error;
    }));
  const listening = await listen({ path }, answer, { cutOffMs });
  if (path.startsWith('\\\\.\\pipe\\')) return listening;
  try {
    await chmod(path, 0o600);
    return listening;
  } catch (error) {
    await listening.close(0);
    throw error;
  }
}

export type ListenAt =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }
  /** A socket that listens already. */
  | { readonly fd: number };

export type ListenForAllOptions = {
  /** In the clear when undefined. */
  readonly tls: Pick<TlsPair, 'cert' | 'key'> | undefined;
  /** As many clients as may be connected; more are turned away. Any number when undefined. */
  readonly maxConnections: number | undefined;
};

/** Serves the API to clients that show a token, after loading all its modules. Throws `usage` if the address is not available. */
export async function listenForAll(at: ListenAt, api: Api, options: ListenForAllOptions): Promise<Listening> {
  const handle = listenerOf(() => Promise.resolve(api));
  await handle;
  return listen(at, () => handle, options);
}

type ListenDetails = Partial<ListenForAllOptions> & { readonly cutOffMs?: number };

async function listen(
  at: ListenAt,
  answer: () => Promise<RequestListener>,
  { cutOffMs = unreadForMs, maxConnections, tls }: ListenDetails,
): Promise<Listening> {
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    // A silent connection is normal: an answer may take long, and streams are quiet.
    outgoing.setTimeout(cutOffMs, () => {
      if ((outgoing.socket?.writableLength ?? 0) > 0) outgoing.destroy();
    });
    answer().then(
      (handle) => handle(incoming, outgoing),
      () => outgoing.writeHead(500).end(),
    );
  };
  const secure =
    tls && (await import('node:https')).createServer({ ...limits, ...tlsLimits, ...tls }, onRequest);
  const server: Server = secure ?? createServer(limits, onRequest);
  // Also those that have not said anything yet, which the server does not know.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(at, cause)));
    server.listen(at, resolve);
  });
  // A connection that cannot be taken (no descriptor is left) is lost, and nothing else.
  server.on('error', () => undefined);
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  const address = server.address();
  const tcp = address !== null && typeof address === 'object' ? address : undefined;
  return {
    host: tcp?.address ?? null,
    port: tcp?.port ?? 0,
    renew: (pair) => secure?.setSecureContext(pair),
    unref: () => void server.unref(),
    close: (graceMs = shortGraceMs) => closeServer(server, sockets, graceMs),
  };
}

/** The first request loads the web framework. */
async function listenerOf(open: () => Promise<Api>): Promise<RequestListener> {
  const [{ getRequestListener }, api] = await Promise.all([import('@hono/node-server'), open()]);
  const answer = (request: Request, { incoming }: HttpBindings | Http2Bindings) =>
    api(request, { address: incoming.socket.remoteAddress });
  const handle = getRequestListener(answer, { overrideGlobalObjects: false, errorHandler: notUnderstood });
  return (incoming, outgoing) => void handle(incoming, outgoing);
}

/** The answer to bytes that the framework cannot parse as a request: a bad Host, a target that is not a path. */
const notUnderstood = (): Response => errorAnswer(new UsageError('invalid request'));

function closeServer(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function cannotListen(at: ListenAt, cause: NodeJS.ErrnoException): WactlError {
  const taken = cause.code === 'EADDRINUSE';
  const why = taken
    ? 'another program listens there already'
    : `the address is not available (${cause.code ?? 'unknown'})`;
  return new WactlError('usage', `cannot listen on ${whereOf(at)}: ${why}`, 'choose another with --listen', {
    cause,
  });
}

function whereOf(at: ListenAt): string {
  if ('host' in at) return `${at.host}:${String(at.port)}`;
  return 'path' in at ? at.path : `the socket that was passed on as descriptor ${String(at.fd)}`;
}
