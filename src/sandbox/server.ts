import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { WactlError } from '../errors.ts';
import { Connection } from './connection.ts';
import type { Admit } from './connection.ts';
import { controlPath } from './control-protocol.ts';
import type { Network } from './network.ts';
import { picturePath, picturePng } from './picture.ts';
import { answerVersionPage, isVersionPage } from './version-page.ts';

const largestMessage = 32 * 1024 * 1024;

/** The handlers of incoming connections and requests. */
export type Doors = {
  readonly admit: Admit;
  readonly order: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

/** A bound port. */
export type Listening = { readonly port: number; readonly closed: Promise<void>; close(): Promise<void> };

/** Listens on 127.0.0.1: companions on /ws/chat (WebSocket), orders on /sandbox/. Throws WactlError when it cannot. */
export async function listen(network: Network, port: number, doors: Doors): Promise<Listening> {
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: largestMessage,
    clientTracking: false,
  });
  const sockets = new Set<Socket>();
  const http = createServer((request, response) => {
    const path = request.url ?? '';
    if (path.startsWith(picturePath))
      response.writeHead(200, { 'content-type': 'image/png' }).end(picturePng);
    else if (isVersionPage(path)) answerVersionPage(network, path, request, response);
    else if (path.startsWith(controlPath)) void doors.order(request, response);
    else response.writeHead(404).end();
  });
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?')[0] !== '/ws/chat') return refuse(socket, 404);
    if (network.takeAnonymousFault('stall_upgrade')) return;
    const status = network.takeAnonymousFault('http_status')?.code;
    if (status !== undefined) return refuse(socket, status);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      // First of its listeners: whoever hears that a connection has closed finds it gone.
      webSocket.on('close', () => network.connections.delete(connection));
      const connection = new Connection(network.nextConnectionId(), network, webSocket, doors.admit);
      network.connections.add(connection);
      network.events.emit({ kind: 'connection_opened', connection: connection.id });
    });
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(
        new WactlError('in_use', `cannot listen on port ${port}: ${cause.message}`, undefined, { cause }),
      );
    http.once('error', fail).listen(port, '127.0.0.1', resolve);
  });
  const bound = (http.address() as AddressInfo).port;
  network.origin = `http://127.0.0.1:${bound}`;
  const closed = new Promise<void>((resolve) => http.once('close', resolve));
  const close = (): Promise<void> => {
    http.close();
    for (const socket of sockets) socket.destroy();
    return closed;
  };
  return { port: bound, closed, close };
}

const refuse = (socket: Duplex, status: number): void => {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};
