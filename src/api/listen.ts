import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { chmod } from 'node:fs/promises';
import type { HttpBindings, Http2Bindings } from '@hono/node-server';
import type { AddressInfo, ListenOptions } from 'node:net';
import { UsageError, WactlError } from '../errors.ts';
import type { Api } from './app.ts';
import { errorAnswer } from './error-answer.ts';

/** A server that takes requests. */
export type Listening = {
  /** 0 on a socket. */
  readonly port: number;
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

export type TcpAddress = {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** As many clients as may be connected; more are turned away. Any number when undefined. */
  readonly maxConnections: number | undefined;
};

/** Serves the API on TCP, after loading all its modules. Throws `usage` if the address is not available. */
export async function listenOnTcp(at: TcpAddress, api: Api): Promise<Listening> {
  const { host, port, maxConnections } = at;
  const handle = listenerOf(() => Promise.resolve(api));
  await handle;
  return listen({ host, port }, () => handle, { maxConnections });
}

async function listen(
  at: ListenOptions,
  answer: () => Promise<RequestListener>,
  { cutOffMs = unreadForMs, maxConnections }: { cutOffMs?: number; maxConnections?: number | undefined },
): Promise<Listening> {
  const server = createServer(limits, (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // A silent connection is normal: an answer may take long, and streams are quiet.
    outgoing.setTimeout(cutOffMs, () => {
      if ((outgoing.socket?.writableLength ?? 0) > 0) outgoing.destroy();
    });
    answer().then(
      (handle) => handle(incoming, outgoing),
      () => outgoing.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(at, cause)));
    server.listen(at, resolve);
  });
  // A connection that cannot be taken (no descriptor is left) is lost, and nothing else.
  server.on('error', () => undefined);
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? (address satisfies AddressInfo).port : 0,
    close: (graceMs = shortGraceMs) => closeServer(server, graceMs),
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

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function cannotListen({ path, host, port }: ListenOptions, cause: NodeJS.ErrnoException): WactlError {
  const where = path === undefined ? `${String(host)}:${String(port)}` : 'its private socket';
  const taken = cause.code === 'EADDRINUSE';
  const why = taken
    ? 'another program listens there already'
    : `the address is not available (${cause.code ?? 'unknown'})`;
  return new WactlError('usage', `cannot listen on ${where}: ${why}`, 'choose another with --listen', {
    cause,
  });
}
