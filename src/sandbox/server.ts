import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Connection } from './connection.ts';
import type { Admit } from './connection.ts';
import type { Network } from './network.ts';

const largestMessage = 32 * 1024 * 1024;

/** A bound port. */
export type Listening = { readonly port: number; close(): Promise<void> };

/** Listens on 127.0.0.1 for companions (WebSocket on /ws/chat). */
export async function listen(network: Network, admit: Admit, port: number): Promise<Listening> {
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: largestMessage,
    clientTracking: false,
  });
  const sockets = new Set<Socket>();
  const http = createServer((_request, response) => response.writeHead(404).end());
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?')[0] !== '/ws/chat') return refuse(socket, 404);
    if (network.faults.take('stall_upgrade', {})) return;
    const status = network.faults.take('http_status', {})?.code;
    if (status !== undefined) return refuse(socket, status);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      new Connection(network, webSocket, admit);
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const bound = (http.address() as AddressInfo).port;
  network.origin = `http://127.0.0.1:${bound}`;
  const close = (): Promise<void> => {
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    return closed;
  };
  return { port: bound, close };
}

const refuse = (socket: Duplex, status: number): void => {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};
