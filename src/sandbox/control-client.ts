import { request } from 'node:http';
import { exitStatuses, UsageError, WactlError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { SandboxAccount } from './account.ts';
import { controlPath } from './control-protocol.ts';
import type { OrderFailure, OrderName, Orders, SandboxReport } from './control-protocol.ts';
import type { Fault } from './faults.ts';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

const failureOf = (body: string): WactlError => {
  const { error } = JSON.parse(body) as Partial<OrderFailure>;
  const code = error !== undefined && error.code in exitStatuses ? (error.code as ErrorCode) : 'internal';
  return new WactlError(code, error?.message ?? 'the sandbox failed', error?.hint);
};

/** Gives orders to a sandbox in another process. Its methods throw what the sandbox would throw, or `unreachable`. */
export class SandboxClient {
  private readonly origin: URL;

  /** `endpoint` is the sandbox's ws:// address. Throws UsageError when it is not on this machine. */
  constructor(endpoint: string) {
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    if (url?.protocol !== 'ws:' || !loopback.has(url.hostname))
      throw new UsageError(
        'a sandbox has an address like ws://127.0.0.1:PORT/ws/chat',
        'start one with: wactl sandbox',
      );
    this.origin = new URL(`http://${url.host}`);
  }

  /** The phone scans a QR. */
  scan(qr: string, phone?: string): Promise<{ jid: string }> {
    return this.order('scan', phone === undefined ? { qr } : { qr, phone });
  }

  /** A QR is on show: the phone scans it if the sandbox is set to. */
  show(qr: string): Promise<{ scanned: boolean }> {
    return this.order('show', { qr });
  }

  /** A pairing code is on show: it is typed if the sandbox is set to. */
  showCode(phone: string, code: string): Promise<{ typed: boolean }> {
    return this.order('show-code', { phone, code });
  }

  /** Somebody types a pairing code on a phone. Answers when the code was right. */
  enterCode(phone: string, code: string): Promise<{ jid: string }> {
    return this.order('enter-code', { phone, code });
  }

  /** The phone unlinks a device, or all of its devices. */
  unlink(target: string): Promise<{ unlinked: number }> {
    return this.order('unlink', { target });
  }

  /** Another account writes to a linked device. */
  sendText(device: string, text: string, from?: string): Promise<{ id: string }> {
    return this.order('send-text', from === undefined ? { device, text } : { device, text, from });
  }

  /** Orders a fault; the sandbox checks it. */
  async fault(fault: Fault | Readonly<Record<string, unknown>>): Promise<void> {
    await this.order('fault', fault);
  }

  async clearFaults(): Promise<void> {
    await this.order('clear-faults', {});
  }

  /** Changes what the owner of an account can edit. */
  account(account: Partial<SandboxAccount>, phone?: string): Promise<{ account: SandboxAccount }> {
    return this.order('account', phone === undefined ? { account } : { account, phone });
  }

  status(): Promise<SandboxReport> {
    return this.order('status', {});
  }

  /** The sandbox closes its connections and its port. */
  async stop(): Promise<void> {
    await this.order('stop', {});
  }

  private async order<N extends OrderName>(name: N, input: Orders[N]['input']): Promise<Orders[N]['output']> {
    const { status, body } = await this.post(`${controlPath}${name}`, JSON.stringify(input));
    if (status !== 200) throw failureOf(body);
    return JSON.parse(body) as Orders[N]['output'];
  }

  private post(path: string, json: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const fail = (cause: Error): void =>
        reject(
          new WactlError(
            'unreachable',
            `no sandbox answers at ${this.origin.host}`,
            'start one with: wactl sandbox',
            { cause },
          ),
        );
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
      const outgoing = request(new URL(path, this.origin), { method: 'POST', headers, agent: false });
      outgoing.once('error', fail).once('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.once('error', fail).once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      outgoing.end(json);
    });
  }
}
