import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** The answer to a request; `hold`: none, until the other side gives up. */
type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hold'
  | 'hang_up';

type Received = {
  readonly id: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Whether the library of Standard Webhooks accepts it; null when it is not signed. */
  readonly verified: boolean | null;
};

export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export type WebhookReceiver = {
  readonly url: string;
  /** All requests so far. */
  readonly received: readonly Received[];
  /** Resolves with the next request that was not returned yet. */
  next(): Promise<Received>;
  /** Sets the answers to the next requests, in order; later ones get 204. */
  reply(...replies: Reply[]): void;
  /** Resolves when the other side has given up a held connection. */
  givenUp(): Promise<void>;
  /** From now on every connection ends at its first request, unread. */
  down(): void;
  up(): void;
  close(): Promise<void>;
};

/** A webhook receiver on this machine. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const waiting: ((request: Received) => void)[] = [];
  const giveUps: (() => void)[] = [];
  let asked = 0;
  let isDown = false;

  const server = createServer((request, response) => {
    if (isDown) request.socket.destroy();
    else void answer(request, response);
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = replies.shift() ?? { status: 204 };
    response.on('close', () => {
      if (!response.writableEnded) giveUps.shift()?.();
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = receivedOf(request, Buffer.concat(chunks).toString());
    received.push(one);
    waiting.shift()?.(one);
    if (reply === 'hold') return;
    if (reply === 'hang_up') return void request.socket.destroy();
    response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`,
    received,
    async next() {
      const index = asked++;
      return received[index] ?? new Promise((resolve) => waiting.push(resolve));
    },
    reply: (...more) => void replies.push(...more),
    givenUp: () => new Promise((resolve) => giveUps.push(resolve)),
    down: () => void (isDown = true),
    up: () => void (isDown = false),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function receivedOf(request: IncomingMessage, body: string): Received {
  const { headers, url: path = '' } = request;
  const id = String(headers['webhook-id']);
  return { id, path, headers, body, verified: isGenuine(headers, body) };
}

function isGenuine(headers: IncomingMessage['headers'], body: string): boolean | null {
  if (headers['webhook-signature'] === undefined) return null;
  try {
    new Webhook(webhookSecret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
