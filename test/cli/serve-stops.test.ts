import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

const env = { WACTL_TOKEN: 'a-token-for-the-tests' };
const authorization = `Bearer ${env.WACTL_TOKEN}`;
let place: Place;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  place = await Place.make();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) end();
  await place.remove();
});

/** Takes requests and answers none; resolves with the first. */
async function silentReceiver(): Promise<{ readonly url: string; readonly asked: Promise<unknown> }> {
  const server = createServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/`, asked: once(server, 'request') };
}

/** The head of an answer; its body goes on. */
function ask(url: string, method: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, url), { method, agent: false, headers: { authorization } });
    outgoing.once('error', reject).once('response', (response) => {
      response.on('error', () => undefined).resume();
      resolve(response.statusCode);
    });
    outgoing.end();
  });
}

/** A connection that says that, and then nothing more. */
async function stuck(url: string, text: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
  socket.on('error', () => undefined);
  ends.push(() => socket.destroy());
  await once(socket, 'connect');
}

it('SIGTERM ends serve by itself, whatever hangs: a receiver, clients, the database', async () => {
  const receiver = await silentReceiver();
  await place.pair('a');
  await place.run([
    'update',
    'a',
    '--webhook-url',
    receiver.url,
    '--webhook-secret',
    'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
  ]);
  const running = place.start(['serve', '--json', '--listen', '0'], { env });
  const url = String((await running.event(({ event }) => event === 'ready'))['url']);
  expect(await ask(url, 'POST', '/api/v1/sessions/a/connect')).toBe(200);
  await receiver.asked;
  expect(await ask(url, 'GET', '/api/v1/events')).toBe(200);
  await stuck(url, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await stuck(
    url,
    `POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Length: 9\r\n\r\n`,
  );
  await stuck(url, '');
  const other = new Database(join(place.config, 'wactl.db'));
  other.exec('BEGIN IMMEDIATE');
  ends.push(() => other.close());
  running.kill('SIGTERM');
  expect(await running.exited).toMatchObject({ status: 143 });
});

/** Opens the stream of events. `whole`, once serve has ended it: its last id, and the names of its events. */
async function read(url: string, lastEventId?: string) {
  const headers = { authorization, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
  const answer = await fetch(new URL('/api/v1/events', url), { headers });
  const whole = async () => {
    const text = await answer.text();
    const all = (field: string) =>
      [...text.matchAll(new RegExp(`^${field}: (.*)$`, 'gm'))].map(([, it]) => it);
    return { lastId: all('id').at(-1), events: all('event') };
  };
  return { whole };
}

it('a reader of events that comes back after a restart gets what happened since, and no gap; after a change it is told of one', async () => {
  await place.pair('a');
  const serve = async () => {
    const running = place.start(['serve', '--json', '--listen', '0'], { env });
    const url = String((await running.event(({ event }) => event === 'ready'))['url']);
    const stop = async (): Promise<void> => {
      running.kill('SIGTERM');
      expect(await running.exited).toMatchObject({ status: 143 });
    };
    return { url, stop };
  };
  const first = await serve();
  const reading = await read(first.url);
  expect(await ask(first.url, 'POST', '/api/v1/sessions/a/connect')).toBe(200);
  await first.stop();
  const { lastId, events } = await reading.whole();
  expect(events.at(-1)).toBe('released');
  const second = await serve();
  const again = await read(second.url, lastId);
  expect(await ask(second.url, 'POST', '/api/v1/sessions/a/connect')).toBe(200);
  await second.stop();
  const since = await again.whole();
  expect(since.events).not.toContain('gap');
  expect([since.events[0], since.events.at(-1)]).toEqual(['status', 'released']);
  await place.run(['update', 'a', '--name', 'Ada']);
  const third = await serve();
  const late = await read(third.url, since.lastId);
  await third.stop();
  expect((await late.whole()).events[0]).toBe('gap');
});
