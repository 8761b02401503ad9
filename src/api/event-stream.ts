import type { DocumentOf } from '../schema/document-schemas.ts';
import type { Clock } from '../ports/clock.ts';

/** One line of JSON that names its event. */
export type Line = { readonly event: string } & Readonly<Record<string, unknown>>;

const keepAliveMs = 15_000;
/** A reader that has this much unread is cut off: it may come back, and then learns how things are. */
const mostUnreadBytes = 4 * 1024 * 1024;

export type EventStream = {
  readonly response: Response;
  /** `eventId`: with which a reader that comes back says how far it had come. */
  send(line: DocumentOf<'Event'>, eventId?: string): void;
  /** Up to here the reader has had everything: it comes back with this id. */
  mark(eventId: string): void;
  /** The last line has been sent. */
  end(): void;
  /** Aborted when the reader has gone, or the stream has ended. */
  readonly closed: AbortSignal;
};

/**
 * Server-sent events (WHATWG HTML, "server-sent events"): `event:` the kind, `data:` the line, comments while it is quiet.
 * Ends with the first of the signals, and when it may not go on.
 */
export function openEventStream(
  clock: Clock,
  signals: readonly AbortSignal[],
  mayGoOn: () => Promise<boolean>,
): EventStream {
  const closed = new AbortController();
  const encoder = new TextEncoder();
  let out: ReadableStreamDefaultController<Uint8Array> | undefined;
  const end = (): void => {
    if (closed.signal.aborted) return;
    closed.abort();
    for (const signal of signals) signal.removeEventListener('abort', end);
    out?.close();
  };
  const write = (text: string): void => {
    if (closed.signal.aborted) return;
    if ((out?.desiredSize ?? 0) <= 0) end();
    else out?.enqueue(encoder.encode(text));
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        out = controller;
      },
      cancel() {
        out = undefined;
        end();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: mostUnreadBytes }),
  );
  for (const signal of signals) signal.addEventListener('abort', end, { once: true });
  if (signals.some(({ aborted }) => aborted)) end();
  void keepAlive(clock, closed.signal, async () => {
    // A store that does not answer now says nothing about the token.
    if (await mayGoOn().catch(() => true)) write(': still here\n\n');
    else end();
  });
  write('retry: 2000\n\n');
  const headers = {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  };
  return {
    response: new Response(body, { headers }),
    send(line, eventId) {
      const id = eventId === undefined ? '' : `id: ${eventId}\n`;
      write(`event: ${line.event}\n${id}data: ${JSON.stringify(line)}\n\n`);
    },
    mark: (eventId) => write(`id: ${eventId}\n\n`),
    end,
    closed: closed.signal,
  };
}

async function keepAlive(clock: Clock, closed: AbortSignal, say: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(keepAliveMs, closed);
    } catch {
      return;
    }
    await say();
  }
}
