import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { PageView, PairingPage } from '../ports/page.ts';
import { PageKey } from './page-key.ts';
import { pageMessage, viewAfter } from './page-message.ts';
import type { PageMessage, ShownView } from './page-message.ts';
import { PageStreams } from './page-streams.ts';
import { pairingDocument } from './pairing-document.ts';

type PageParts = {
  readonly clock: Clock;
  /** Draws a QR as a data URL. */
  readonly qrUrl: (payload: string) => Promise<string>;
  /** Opens the address where a person sees it; false when that is not possible. */
  readonly browse: (url: string) => Promise<boolean>;
  /** How long a browser that is loading the page, or reads slowly, is waited for at the end. */
  readonly graceMs?: number;
};

const loopback = '127.0.0.1';
const usualGraceMs = 1_000;

/** A few tabs. */
const maxConnections = 32;

/** Opens the page on a free port of this machine alone. Throws `unreachable`. */
export async function openPage({
  clock,
  qrUrl,
  browse,
  graceMs = usualGraceMs,
}: PageParts): Promise<PairingPage> {
  const key = new PageKey();
  const streams = new PageStreams();
  let view: ShownView = { kind: 'waiting', words: 'Connecting to WhatsApp…' };
  let streamOpened = (): void => undefined;
  // From a page to its first stream: a browser that is told nothing then would never learn how it ended.
  let loading: Promise<void> | undefined;
  let ending: Promise<void> | undefined;

  const message = () => pageMessage(view, clock.now(), qrUrl);
  const answerPage = (request: IncomingMessage, response: ServerResponse): void => {
    if (!key.isOwner(request.headers) && !key.use()) return refuse(response, 410, used);
    loading = new Promise((resolve) => (streamOpened = resolve));
    response.setHeader('set-cookie', key.setCookie);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pairingDocument.html);
  };
  const answerEvents = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!key.isOwner(request.headers)) return refuse(response, 403, 'This browser has not opened the page.');
    let drawn: ShownView;
    let first: PageMessage;
    // Drawing takes a moment, in which it may become old.
    do {
      drawn = view;
      first = await message();
    } while (drawn !== view);
    streams.add(response, first);
    loading = undefined;
    streamOpened();
  };
  const server = createServer(limits, (request, response) => {
    for (const [name, value] of Object.entries(pairingDocument.headers)) response.setHeader(name, value);
    response.setHeader('connection', 'close');
    // A name that somebody made to point here (DNS rebinding) is not this page's.
    if (!hosts.includes(request.headers.host ?? '')) return refuse(response, 421, 'Not a name of this page.');
    const below = key.below(request.url ?? '');
    if (below !== '' && below !== '/events') return refuse(response, 404, 'Nothing is here.');
    if (request.method !== 'GET') return refuse(response, 405, 'Only GET is answered.');
    if (below === '') return answerPage(request, response);
    answerEvents(request, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  const hosts = [loopback, 'localhost'].map((name) => `${name}:${String(port)}`);

  const show = async (next: PageView): Promise<void> => {
    view = viewAfter(view, next);
    if (!streams.isEmpty) streams.send(await message());
  };
  const end = async (last: PageView): Promise<void> => {
    await show(last);
    const patience = new AbortController();
    const flushed = (async () => {
      await loading;
      await streams.end();
    })();
    await Promise.race([flushed, clock.sleep(graceMs, patience.signal).catch(() => undefined)]);
    patience.abort();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const url = `http://${hosts[0] ?? ''}${key.path}`;
  return { url, isOpened: await browse(url), show, end: (last) => (ending ??= end(last)) };
}

/** Slow or silent clients do not keep a connection. */
const limits = { requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16_384 };

const used =
  'This address has been opened before, and works only once. Start the command again for another one. ' +
  'If it was not you, stop the command with Ctrl-C.';

function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new WactlError('unreachable', `cannot open a page on ${loopback}`, 'leave out --web', { cause }),
      ),
    );
    server.listen({ host: loopback, port: 0 }, resolve);
  });
  // A connection that cannot be taken (no descriptor is left) is lost, and nothing else.
  server.on('error', () => undefined);
  server.maxConnections = maxConnections;
  return (server.address() as AddressInfo).port;
}
