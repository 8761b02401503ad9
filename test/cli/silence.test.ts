import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

let place: Place;
let silent: Server;
const sockets = new Set<Socket>();

/** "127.0.0.1:PORT", where connections are taken and nothing is ever said. */
const address = (): string => `127.0.0.1:${String((silent.address() as AddressInfo).port)}`;

beforeEach(async () => {
  place = await Place.make();
  silent = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  await place.remove();
});

it('a command waits for a silent server only a little longer than --timeout', async () => {
  const args = ['status', 'a', '--server', `http://${address()}`, '--timeout', '500ms', '--json'];
  const { status, stdout } = await place.run(args);
  expect([status, stdout]).toEqual([5, expect.stringContaining('(ETIMEDOUT)')]);
});

it('a signal ends the wait for a silent sandbox', async () => {
  const asked = once(silent, 'connection');
  const env = { WACTL_ENDPOINT: `ws://${address()}/ws/chat` };
  const running = place.start(['sandbox', 'devices'], { env });
  await asked;
  running.kill('SIGINT');
  expect(await running.exited).toMatchObject({ status: 130 });
});
