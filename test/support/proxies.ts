import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { OpenProxy } from '../../src/domain/proxy.ts';
import { createProxy } from '../../src/whatsapp/proxy.ts';

/** As the program opens them. */
export const openProxy: OpenProxy = (proxy, signal) =>
  Promise.resolve(createProxy(proxy, false, signal).dispatcher);

/** A proxy on its own port, and the targets that it was asked to reach. */
export type TestProxy = {
  readonly url: string;
  /** "host:port", in order. */
  readonly targets: string[];
  readonly close: () => Promise<void>;
};

async function listening(
  server: Server,
  scheme: string,
  targets: string[],
  userInfo = '',
): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { url: `${scheme}://${userInfo}127.0.0.1:${port}`, targets, close };
}

function join(socket: Socket, host: string, port: number, ready: () => void): void {
  const far = connect(port, host, ready);
  far.on('error', () => socket.destroy());
  far.on('close', () => socket.destroy());
  socket.on('close', () => far.destroy());
  socket.pipe(far).pipe(socket);
}

/** An HTTP proxy for CONNECT. With `refuse` it answers that status; with `password` it wants "user:password". */
export function startHttpProxy(options: { refuse?: number; password?: string } = {}): Promise<TestProxy> {
  const targets: string[] = [];
  const server = createHttpServer();
  const wanted = `Basic ${Buffer.from(`user:${options.password ?? ''}`).toString('base64')}`;
  server.on('connect', (request, socket: Socket) => {
    const target = request.url ?? '';
    targets.push(target);
    const isKnown = options.password === undefined || request.headers['proxy-authorization'] === wanted;
    const status = isKnown ? options.refuse : 407;
    if (status !== undefined) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [host = '', port] = target.split(':');
    return join(socket, host, Number(port), () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
  });
  const userInfo = options.password === undefined ? '' : `user:${encodeURIComponent(options.password)}@`;
  return listening(server, 'http', targets, userInfo);
}

/**
 * A SOCKS5 proxy without a password (RFC 1928), for IPv4 addresses and names. With `refuse` it refuses every
 * connection.
 */
export function startSocksProxy({ refuse = false } = {}): Promise<TestProxy> {
  const targets: string[] = [];
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.of(5, 0));
      socket.once('data', (request: Buffer) => {
        const isName = request[3] === 3;
        const addressEnd = isName ? 5 + (request[4] ?? 0) : 8;
        const host = isName ? request.toString('utf8', 5, addressEnd) : request.subarray(4, 8).join('.');
        const port = request.readUInt16BE(addressEnd);
        targets.push(`${host}:${port}`);
        const reply = (status: number) => Buffer.of(5, status, 0, 1, 0, 0, 0, 0, 0, 0);
        if (refuse) return void socket.end(reply(2));
        join(socket, host, port, () => socket.write(reply(0)));
      });
    });
  });
  return listening(server, 'socks5', targets);
}
