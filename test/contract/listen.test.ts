import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from '../../src/api/app.ts';
import { listenOnSocket } from '../../src/api/listen.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function listening(api: Api, cutOffMs?: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wactl-listen-'));
  ends.push(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 's');
  const server = await listenOnSocket(path, () => Promise.resolve(api), cutOffMs);
  ends.push(() => server.close(0));
  return path;
}

describe('the server', () => {
  it('cuts off a client that does not read its answer', async () => {
    let cancelled: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (cancelled = resolve));
    const endless = (): Response =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
          cancel: () => cancelled(),
        }),
      );
    const reader = connect(await listening(() => Promise.resolve(endless()), 20));
    const closed = new Promise((resolve) => reader.once('close', resolve));
    reader.pause().write('GET / HTTP/1.1\r\nHost: wactl\r\n\r\n');
    await gone;
    reader.destroy();
    await closed;
  });

  it('keeps a client that waits for an answer', async () => {
    let answer: (response: Response) => void = () => undefined;
    const answered = new Promise<Response>((resolve) => (answer = resolve));
    const path = await listening(
      async ({ url }) => (url.endsWith('/slow') ? answered : new Response(url)),
      1,
    );
    const slow = connect(path);
    slow.write('GET /slow HTTP/1.1\r\nHost: wactl\r\nConnection: close\r\n\r\n');
    // Far more turns than the deadline.
    for (let turn = 0; turn < 20; turn++) await told(path, 'GET /quick HTTP/1.1\r\nHost: wactl\r\n');
    answer(new Response('at last'));
    let text = '';
    for await (const chunk of slow) text += String(chunk);
    expect(text).toContain('at last');
  });

  it.each(['OPTIONS * HTTP/1.1\r\nHost: wactl\r\n', 'GET / HTTP/1.1\r\nHost: a b\r\n'])(
    'answers %j with an error',
    async (head) => {
      const text = await told(await listening(() => Promise.reject(new Error('was asked'))), head);
      expect(text).toContain('HTTP/1.1 400');
      expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({ error: { code: 'usage' } });
    },
  );
});

/** The whole answer to a request with this head. */
async function told(path: string, head: string): Promise<string> {
  const socket = connect(path);
  socket.write(`${head}Connection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}
