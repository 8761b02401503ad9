import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { HolderGoneError, WactlError } from '../errors.ts';
import { distrustOf } from '../domain/distrust.ts';
import { readServerEvents } from '../domain/server-events.ts';
import type { Line } from './event-stream.ts';
import type { ServerAddress } from './server-address.ts';
import { wactlClient } from './client-name.ts';
import type { FleetRequest } from './fleet-signature.ts';
import { failureIn, notUnderstood, parsed } from './read-as.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export type Call = {
  readonly method: Method;
  /** With its parameters. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  /** Of the last event that was read, when a stream is read again. */
  readonly lastEventId?: string | undefined;
  /** How long it may take there. */
  readonly timeoutMs?: number | undefined;
};

export type HttpClientOptions = {
  /** Aborts every call that has no signal of its own. */
  readonly signal?: AbortSignal;
  /** How long a call without a `timeoutMs` may be silent; streams are never silent for so long. */
  readonly silentMs?: number;
};

/** Long enough for an action without a `timeoutMs`, which takes half a minute, and for four keep-alives of a stream. */
const defaultSilentMs = 60_000;
const connectWithinMs = 20_000;
/** How long the answer may still be on its way when the time of a call is over on the other side. */
const graceMs = 5_000;
/** Far more than a page of sessions takes. */
const longestAnswer = 16 * 1024 * 1024;

/**
 * Asks another wactl. Throws its error, with the same code, message and hint; HolderGoneError when a peer is
 * gone or is cut off, `unreachable` when an address is; the signal's reason when it is aborted.
 */
export class HttpClient {
  readonly #address: ServerAddress;
  readonly #options: HttpClientOptions;

  constructor(address: ServerAddress, options: HttpClientOptions = {}) {
    this.#address = address;
    this.#options = options;
  }

  /** The answer's JSON. */
  async json(given: Call): Promise<unknown> {
    const call = this.#bounded(given);
    const response = await this.#send(call, 'application/json');
    const text = await this.#whole(response, call.signal);
    if (response.statusCode === undefined || response.statusCode >= 300) throw failureIn(parsed(text));
    return parsed(text);
  }

  /** Calls `onLine` with each line of JSON, and its id, until the stream has ended; throws when it was cut off. */
  async stream(given: Call, onLine: (line: Line, eventId?: string) => void): Promise<void> {
    const call = this.#bounded(given);
    const response = await this.#send(call, 'text/event-stream');
    if (response.statusCode !== 200) throw failureIn(parsed(await this.#whole(response, call.signal)));
    await this.#read(call.signal, async () => {
      for await (const { data, eventId } of readServerEvents(response)) onLine(parsed(data) as Line, eventId);
    });
  }

  /** With a signal that ends it, when there is any. */
  #bounded(call: Call): Call {
    const signal = call.signal ?? this.#options.signal;
    return signal ? { ...call, signal } : call;
  }

  #send(
    { method, path, body, signal, timeoutMs, lastEventId }: Call,
    accept: string,
  ): Promise<IncomingMessage> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const options: RequestOptions = {
      method,
      path,
      agent: false,
      headers: {
        accept,
        'user-agent': wactlClient,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        ...(json === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
      },
      ...(signal && { signal }),
    };
    return this.#read(signal, async () => {
      const outgoing = await this.#open(options, json);
      return new Promise((resolve, reject) => {
        let current: ClientRequest | IncomingMessage = outgoing;
        outgoing.once('error', reject).once('response', (response) => {
          current = response;
          resolve(response);
        });
        const { silentMs = defaultSilentMs } = this.#options;
        outgoing.setTimeout(Math.min(connectWithinMs, silentMs), () => current.destroy(silent()));
        const quietMs = timeoutMs === undefined ? silentMs : timeoutMs + Math.min(graceMs, silentMs);
        outgoing.once('socket', (socket) => socket.once('connect', () => outgoing.setTimeout(quietMs)));
        outgoing.end(json);
      });
    });
  }

  async #open(options: RequestOptions, json = ''): Promise<ClientRequest> {
    const { request: overHttp } = await import('node:http');
    if ('socketPath' in this.#address) {
      return overHttp({
        ...options,
        socketPath: this.#address.socketPath,
        setHost: false,
        headers: { ...options.headers, host: 'wactl' },
      });
    }
    const { url } = this.#address;
    const { hostname, port, pathname } = url;
    const below = `${pathname.replace(/\/$/, '')}${options.path ?? ''}`;
    const shown = shownAt(this.#address, { method: options.method ?? 'GET', path: below, body: json });
    const headers = { ...options.headers, ...(shown !== undefined && { authorization: shown }) };
    const socketPath = 'path' in this.#address ? this.#address.path : undefined;
    if (socketPath !== undefined) return overHttp({ ...options, headers, socketPath });
    const at = { ...options, path: below, headers, hostname: hostname.replace(/^\[|\]$/g, ''), port };
    if (url.protocol === 'http:') return overHttp(at);
    const { request: overHttps } = await import('node:https');
    return overHttps(at);
  }

  #whole(response: IncomingMessage, signal: AbortSignal | undefined): Promise<string> {
    return this.#read(signal, async () => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of response as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > longestAnswer) throw notUnderstood(new Error('the answer is too long'));
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString('utf8');
    });
  }

  /** Runs work on the wire, and throws the matching error if the connection breaks. */
  async #read<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      signal?.throwIfAborted();
      return await work();
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof WactlError || !(cause instanceof Error)) throw cause;
      throw this.gone({ cause });
    }
  }

  /** The error for a server that does not answer, or stops in the middle of an answer. */
  gone(options?: ErrorOptions): WactlError {
    if ('socketPath' in this.#address || 'sign' in this.#address) return new HolderGoneError(options);
    const { url, path } = this.#address;
    const at = path === undefined ? url.host : `unix:${path}`;
    const why = (options?.cause as NodeJS.ErrnoException | undefined)?.code;
    const distrust = why === undefined ? undefined : distrustOf(why);
    if (distrust !== undefined) {
      return new WactlError(
        'unreachable',
        `the certificate of ${at} is not trusted (${why ?? ''})`,
        distrust,
        options,
      );
    }
    const hint = 'is it running? start one with: wactl serve';
    const message = `no wactl answers at ${at}${why === undefined ? '' : ` (${why})`}`;
    return new WactlError('unreachable', message, hint, options);
  }
}

/** What a request shows there. */
function shownAt(
  address: Exclude<ServerAddress, { socketPath: string }>,
  request: Omit<FleetRequest, 'to'>,
): string | undefined {
  if ('sign' in address) return address.sign(request);
  return address.token === undefined ? undefined : `Bearer ${address.token}`;
}

const silent = (): Error => Object.assign(new Error('the server was silent'), { code: 'ETIMEDOUT' });
