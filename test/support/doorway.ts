import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** An address that is known before the server behind it is there; until then, and after `shut`, connections are cut. */
export async function openDoorway(): Promise<{
  /** "http://127.0.0.1:…" */
  readonly url: string;
  readonly leadTo: (url: string) => void;
  readonly shut: () => void;
  readonly close: () => Promise<void>;
}> {
  let port: number | undefined;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (port === undefined) {
      client.destroy();
      return;
    }
    const behind = createConnection({ host: '127.0.0.1', port });
    keep(behind);
    client.pipe(behind).pipe(client);
    client.on('close', () => behind.destroy());
    behind.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const shut = (): void => {
    port = undefined;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    leadTo: (url) => void (port = Number(new URL(url).port)),
    shut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        shut();
      }),
  };
}
