import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { storeAddress } from '../../src/domain/store-address.ts';
import { Connections } from '../../src/store/postgres/connections.ts';

/** A message of PostgreSQL's protocol, version 3. */
const message = (type: string, body: string): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(4 + Buffer.byteLength(body), 1);
  return Buffer.concat([head, Buffer.from(body)]);
};

const takesConnection = [message('R', '\0\0\0\0'), message('Z', 'I')];
const endsIt = message('E', 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');

test('a connection that is terminated at the moment at which it is ready ends no process', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // All in one packet: the end is read before whoever wanted the connection has it.
    socket.once('data', () => socket.end(Buffer.concat([...takesConnection, endsIt])));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connections = new Connections(storeAddress(`postgres://u@127.0.0.1:${String(port)}/d`));
  await expect(connections.use((statements) => statements.rows('SELECT 1'))).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('was lost') as string,
  });
  await connections.close();
});
