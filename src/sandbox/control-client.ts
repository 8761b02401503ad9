import { request } from 'node:http';
import { exitStatuses, UsageError, WactlError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { SandboxAccount } from './account.ts';
import { controlPath } from './control-protocol.ts';
import type { OrderName, Orders, SandboxReport } from './control-protocol.ts';
import type { Fault } from './faults.ts';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Every order is carried out at once, except a code: the device at the other end has to answer it. */
const answerWithinMs = 10_000;
const codeWithinMs = 30_000;
/** Reporting a QR or code is a side task, while a person may already be looking at it. */
const showWithinMs = 5_000;
const longestAnswer = 16 * 1024 * 1024;

export type SandboxClientOptions = {
  /** Ends a request. */
  readonly signal?: AbortSignal;
  /** How long an answer may take. */
  readonly answerWithinMs?: number;
};

/** The failure that the sandbox threw; undefined when the answer is not a sandbox's failure. */
function failureIn(answer: object): WactlError | undefined {
  const { error } = answer as Readonly<Record<string, unknown>>;
  const { code, message, hint } = Object(error) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof message !== 'string' || !Object.hasOwn(exitStatuses, code))
    return undefined;
  return new WactlError(code as ErrorCode, message, typeof hint === 'string' ? hint : undefined);
}

function parsed(body: string): object | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** Sends orders to a sandbox in another process. Its methods throw what the sandbox throws, or `unreachable`. */
export class SandboxClient {
  readonly #origin: URL;
  readonly #options: SandboxClientOptions;

  /** `endpoint` is the sandbox's ws:// address. Throws UsageError when it is not on this machine. */
  constructor(endpoint: string, options: SandboxClientOptions = {}) {
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    if (url?.protocol !== 'ws:' || !loopback.has(url.hostname))
      throw new UsageError(
        'invalid sandbox address: expected one like ws://127.0.0.1:PORT/ws/chat',
        'start one with: wactl sandbox',
      );
    this.#origin = new URL(`http://${url.host}`);
    this.#options = options;
  }

  /** The phone scans a QR; without one, the QR that was shown last. */
  scan(qr?: string, phone?: string): Promise<{ jid: string }> {
    return this.#order('scan', {
      ...(qr === undefined ? {} : { qr }),
      ...(phone === undefined ? {} : { phone }),
    });
  }

  /** A QR is on show: the phone scans it if the sandbox is set to. */
  show(qr: string): Promise<{ scanned: boolean }> {
    return this.#order('show', { qr }, showWithinMs);
  }

  /** A pairing code is on show: it is typed if the sandbox is set to. */
  showCode(phone: string, code: string): Promise<{ typed: boolean }> {
    return this.#order('show-code', { phone, code }, showWithinMs);
  }

  /** Types a pairing code on a phone. Resolves when the code was right. */
  enterCode(phone: string, code: string): Promise<{ jid: string }> {
    return this.#order('enter-code', { phone, code }, codeWithinMs);
  }

  /** A request for a passkey is on show: its answer, if the sandbox is set to give it. */
  showPasskey(options: string): Promise<{ assertion: string | null }> {
    return this.#order('show-passkey', { options }, showWithinMs);
  }

  /** The passkey of an account answers a request. */
  signPasskey(options: string, phone?: string): Promise<{ assertion: string }> {
    return this.#order('sign-passkey', phone === undefined ? { options } : { options, phone });
  }

  /** The phone unlinks a device, or all of its devices. */
  unlink(target: string): Promise<{ unlinked: number }> {
    return this.#order('unlink', { target });
  }

  /** Another account writes to a linked device. */
  sendText(device: string, text: string, from?: string): Promise<{ id: string }> {
    return this.#order('send-text', from === undefined ? { device, text } : { device, text, from });
  }

  /** Orders a fault; the sandbox checks it. */
  async fault(fault: Fault | Readonly<Record<string, unknown>>): Promise<void> {
    await this.#order('fault', fault);
  }

  /** Cancels the faults that have not hit yet. */
  clearFaults(): Promise<{ cleared: number }> {
    return this.#order('clear-faults', {});
  }

  /** Changes what the owner of an account can edit. */
  account(account: Partial<SandboxAccount>, phone?: string): Promise<Orders['account']['output']> {
    return this.#order('account', phone === undefined ? { account } : { account, phone });
  }

  status(): Promise<SandboxReport> {
    return this.#order('status', {});
  }

  /** The sandbox closes its connections and its port. */
  async stop(): Promise<void> {
    await this.#order('stop', {});
  }

  async #order<N extends OrderName>(
    name: N,
    input: Orders[N]['input'],
    withinMs = answerWithinMs,
  ): Promise<Orders[N]['output']> {
    const { signal, answerWithinMs: allMs } = this.#options;
    signal?.throwIfAborted();
    const { status, body } = await this.#post(
      `${controlPath}${name}`,
      JSON.stringify(input),
      allMs ?? withinMs,
    );
    const answer = parsed(body);
    if (answer && status === 200) return answer as Orders[N]['output'];
    throw (
      (answer && failureIn(answer)) ??
      new WactlError(
        'unreachable',
        `the server at ${this.#origin.host} is not a wactl sandbox`,
        'check WACTL_ENDPOINT, or start one with: wactl sandbox',
      )
    );
  }

  #post(path: string, json: string, withinMs: number): Promise<{ status: number; body: string }> {
    const { signal } = this.#options;
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
      const outgoing = request(new URL(path, this.#origin), {
        method: 'POST',
        headers,
        agent: false,
        ...(signal && { signal }),
      });
      const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), withinMs);
      const fail = (cause: Error): void => {
        clearTimeout(timer);
        const hint = 'start one with: wactl sandbox';
        const silent = new WactlError('unreachable', `no sandbox answers at ${this.#origin.host}`, hint, {
          cause,
        });
        reject(signal?.aborted ? (signal.reason as Error) : silent);
      };
      outgoing.on('error', fail).once('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('error', fail).on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > longestAnswer) outgoing.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        response.once('end', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
        });
      });
      outgoing.end(json);
    });
  }
}
