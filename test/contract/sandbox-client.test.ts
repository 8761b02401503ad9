import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import { SandboxClient } from '../../src/sandbox/control-client.ts';
import type { SandboxClientOptions } from '../../src/sandbox/control-client.ts';
import { rejection } from '../support/fake-holding.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A client of a server that is not a sandbox. */
async function clientOf(answer: RequestListener, options: SandboxClientOptions = {}): Promise<SandboxClient> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return new SandboxClient(`ws://127.0.0.1:${String(port)}/ws/chat`, options);
}

const stranger = {
  code: 'unreachable',
  message: expect.stringMatching(/is not a wactl sandbox$/) as string,
};
const silent = { code: 'unreachable', message: expect.stringMatching(/^no sandbox answers/) as string };

describe('a server that is not a sandbox', () => {
  it.each([
    ['nothing', 200, '', stranger],
    ['nothing, as an error', 502, '', stranger],
    ['a page', 404, '<html></html>', stranger],
    ['null', 200, 'null', stranger],
    ['a number', 500, '7', stranger],
    ['an error without words', 500, '{}', stranger],
    ['an error of another kind', 500, '{"error":{"code":"toString","message":7}}', stranger],
  ])('may answer %s', async (_, status, body, expected) => {
    const client = await clientOf((_request, response) => response.writeHead(status).end(body));
    expect(await rejection(client.show('x'))).toMatchObject(expected);
  });

  it('may never answer', async () => {
    const client = await clientOf(() => undefined, { answerWithinMs: 20 });
    expect(await rejection(client.show('x'))).toMatchObject(silent);
  });

  it('may start to answer and never finish', async () => {
    const client = await clientOf((_request, response) => response.write('{'), { answerWithinMs: 100 });
    expect(await rejection(client.status())).toMatchObject(silent);
  });

  it('may answer endlessly', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const client = await clientOf((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(megabyte));
      };
      response.on('drain', more);
      more();
    });
    expect(await rejection(client.status())).toMatchObject(silent);
  });

  it('is given up at a signal', async () => {
    const interrupt = new AbortController();
    const client = await clientOf(() => interrupt.abort(new InterruptedError('SIGINT')), {
      signal: interrupt.signal,
    });
    expect(await rejection(client.show('x'))).toMatchObject({ code: 'interrupted' });
    expect(await rejection(client.show('x'))).toMatchObject({ code: 'interrupted' });
  });
});
