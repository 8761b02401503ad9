import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpClient } from '../../src/api/http-client.ts';
import type { HttpClientOptions } from '../../src/api/http-client.ts';
import { remoteWactl } from '../../src/api/remote-wactl.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/fake-holding.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A client of a server that answers each request with these bytes; `asked` resolves at the first request. */
async function clientOf(answer: string, cut: boolean, options?: HttpClientOptions) {
  let heard: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (heard = resolve));
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.once('data', () => {
      heard();
      if (cut) socket.end(answer);
      else socket.write(answer);
    });
  });
  ends.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  return { http: new HttpClient({ url, token: undefined }, options), asked };
}

const answerOf = (status: string, body: string, headers = ''): string =>
  `HTTP/1.1 ${status}\r\n${headers}content-length: ${String(body.length)}\r\n\r\n${body}`;

const failure = (code: string, exitStatus: number): string =>
  answerOf(
    '500 No',
    JSON.stringify({ error: { code, message: 'no', hint: null, exit_status: exitStatus, x: 1 } }),
  );

const stranger = { code: 'unreachable', message: 'the server is not wactl, or another version of it' };

describe('an answer', () => {
  it.each([
    ['a page', answerOf('200 OK', '<html></html>'), stranger],
    ['an error page', answerOf('502 Bad Gateway', '<html></html>'), stranger],
    ['a redirect', answerOf('302 Found', '', 'location: http://127.0.0.1:1/\r\n'), stranger],
    ['a list', answerOf('200 OK', '[]'), stranger],
    [
      'nothing',
      '',
      { code: 'unreachable', message: expect.stringMatching(/^no wactl .* \(ECONNRESET\)$/) as string },
    ],
    ['another protocol', 'SSH-2.0\r\n', { code: 'unreachable' }],
    ['half an answer', answerOf('200 OK', '{}').replace('2', '3'), { code: 'unreachable' }],
    ['a failure', failure('not_found', 3), { code: 'not_found', message: 'no', exitStatus: 3 }],
    ['a failure of a newer version', failure('asleep', 5), { code: 'unreachable', message: 'no' }],
    ['one that was stopped', failure('terminated', 143), { code: 'unreachable', exitStatus: 5 }],
  ])('that is %s is handled', async (_what, answer, expected) => {
    const { http } = await clientOf(answer, true);
    expect(await rejection(remoteWactl(http, new FakeClock()).list({ page: 1, perPage: 1 }))).toMatchObject(
      expected,
    );
  });
});

describe('a silent server', () => {
  const call = { method: 'GET', path: '/' } as const;
  const late = { code: 'unreachable', message: expect.stringContaining('(ETIMEDOUT)') as string };

  it('is given up', async () => {
    const { http } = await clientOf('', false, { silentMs: 20 });
    expect(await rejection(http.json(call))).toMatchObject(late);
  });

  it('is given up in the middle of a stream', async () => {
    const begun = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {"event":"x"}\n\n';
    const { http } = await clientOf(begun, false, { silentMs: 20 });
    const lines: unknown[] = [];
    expect(await rejection(http.stream(call, (line) => lines.push(line)))).toMatchObject(late);
    expect(lines).toEqual([{ event: 'x' }]);
  });

  it("is given up a moment after the call's own time limit", async () => {
    const { http } = await clientOf('', false, { silentMs: 20 });
    expect(await rejection(http.json({ ...call, timeoutMs: 10 }))).toMatchObject(late);
  });

  it('is given up when the process ends', async () => {
    const process = new AbortController();
    const { http, asked } = await clientOf('', false, { signal: process.signal });
    const failed = rejection(remoteWactl(http, new FakeClock()).list({ page: 1, perPage: 1 }));
    await asked;
    const reason = new Error('stopped');
    process.abort(reason);
    expect(await failed).toBe(reason);
  });
});

describe('an endless answer', () => {
  const megabyte = 'x'.repeat(1024 * 1024);

  /** Sends the head once, then `again` repeatedly, as fast as it is read. */
  async function flood(head: string, again: string) {
    let sent = 0;
    const server = createServer((socket) => {
      socket.on('error', () => undefined).write(head);
      const more = (): void => {
        while (!socket.destroyed && socket.write(again)) sent += again.length;
      };
      socket.on('drain', more).once('data', more);
    });
    ends.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    return { http: new HttpClient({ url, token: undefined }), sent: () => sent };
  }

  it('is cut off after 16 MB', async () => {
    const { http, sent } = await flood('HTTP/1.1 200 OK\r\n\r\n', megabyte);
    expect(await rejection(http.json({ method: 'GET', path: '/' }))).toMatchObject(stranger);
    expect(sent()).toBeLessThan(64 * megabyte.length);
  });

  it.each([
    ['one line', megabyte],
    ['one event of many lines', 'data: x\n'.repeat(100_000)],
    ['one comment of many lines', 'x: y\n'.repeat(100_000)],
  ])('is cut off in a stream: %s', async (_, again) => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';
    const { http, sent } = await flood(head, again);
    const call = { method: 'GET', path: '/' } as const;
    expect(await rejection(http.stream(call, () => undefined))).toMatchObject({ code: 'unreachable' });
    expect(sent()).toBeLessThan(32 * megabyte.length);
  });
});
