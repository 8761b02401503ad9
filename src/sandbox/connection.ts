import type { WebSocket } from 'ws';
import type { Authority } from './authority.ts';
import type { EventLog } from './event-log.ts';
import type { FaultBank, FaultTarget } from './fault-bank.ts';
import type { Conflict, Fault, FaultKind, QueryName } from './faults.ts';
import { matchesFault } from './fault-bank.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import { answerClientHello } from './noise.ts';
import type { FinishedHandshake, Transport } from './noise.ts';
import { decodeStanza, encodeStanza, stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';

const usualConflicts: Readonly<Record<number, Conflict>> = { 401: 'device_removed', 440: 'replaced' };

/** A message of one side: a stanza, or once per connection the client's ClientPayload. Contains secrets. */
export type Said = { readonly connection: number } & (
  | { readonly from: 'client' | 'server'; readonly stanza: Stanza }
  | { readonly from: 'client'; readonly payload: Buffer }
);

/** The server that a connection belongs to. */
type Host = {
  readonly authority: Authority;
  readonly events: EventLog;
  readonly faults: FaultBank;
  readonly options: { readonly onSaid: ((said: Said) => void) | undefined };
};

/** Takes over a connection once its handshake has ended. */
export type Admit = (connection: Connection, handshake: FinishedHandshake) => void;

/** One client's connection: frames, handshake, encryption, and the faults that hit it. */
export class Connection {
  readonly id: number;
  /** Set as soon as the client has said who it is. */
  target: FaultTarget = {};
  onStanza: (received: Stanza) => void = () => undefined;
  onClose: () => void = () => undefined;
  readonly #host: Host;
  readonly #socket: WebSocket;
  readonly #admit: Admit;
  readonly #reader = new FrameReader();
  #transport: Transport | undefined;
  #finish: ((frame: Buffer) => FinishedHandshake) | undefined;
  readonly #claimed: Fault[] = [];
  /** Stanzas seen since a drop was ordered. */
  readonly #counted = { received: 0, sent: 0 };
  #stalled = false;
  #silent = false;
  #ended = false;

  constructor(id: number, host: Host, socket: WebSocket, admit: Admit) {
    this.id = id;
    this.#host = host;
    this.#socket = socket;
    this.#admit = admit;
    socket.on('message', (data) => this.#receive(data as Buffer));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#closed());
  }

  /** Whether the client is still connected. */
  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Encrypts and sends. Does nothing once the connection has ended. */
  send(element: Stanza): void {
    if (this.#ended) return;
    const delayMs = this.fault('delay')?.ms ?? 0;
    if (delayMs > 0) setTimeout(() => this.#sendNow(element), delayMs).unref();
    else this.#sendNow(element);
  }

  /** Encrypts and sends these bytes, which need not be a stanza. */
  sendPlaintext(bytes: Buffer): void {
    if (!this.#ended && this.#transport) this.#socket.send(encodeFrame(this.#transport.encrypt(bytes)));
  }

  /** Sends these bytes as they are. */
  sendRaw(bytes: Buffer): void {
    if (!this.#ended) this.#socket.send(bytes);
  }

  /** Reads nothing more, sends the given stanzas, and closes. */
  end(...last: readonly Stanza[]): void {
    for (const element of last) this.send(element);
    this.#stalled = true;
    const delayMs = this.fault('delay')?.ms ?? 0;
    if (delayMs > 0) setTimeout(() => this.#socket.close(), delayMs).unref();
    else this.#socket.close();
  }

  /** Stops reading and writing, but keeps the connection open. */
  silence(): void {
    this.#stalled = true;
    this.#silent = true;
  }

  /** Cuts TCP without sending anything. */
  drop(): void {
    this.#stalled = true;
    this.#socket.terminate();
  }

  /** Turns the client away with a failure code. */
  refuse(code: number, reason: string, more: Readonly<Record<string, string | undefined>> = {}): void {
    this.#host.events.emit({ kind: 'refused', connection: this.id, code, reason });
    this.end(stanza('failure', { reason: String(code), location: 'sandbox', ...more }));
  }

  /** Ends without a reason, as the server does when it closes the stream. */
  endStream(): void {
    this.end(stanza('xmlstreamend'));
  }

  /** Ends with a stream error as WhatsApp words it for this code. */
  streamError(code: number, conflict: Conflict = usualConflicts[code] ?? 'none'): void {
    const attrs = code === 440 || code === 500 ? {} : { code: String(code) };
    const children = conflict === 'none' ? [] : [stanza('conflict', { type: conflict })];
    this.end(stanza('stream:error', attrs, children));
  }

  /** The fault of this kind that hits this connection, if any; once hit, it stays hit. */
  fault(kind: FaultKind, query?: QueryName): Fault | undefined {
    const target = query === undefined ? this.target : { ...this.target, query };
    const mine = this.#claimed.find((fault) => fault.kind === kind && matchesFault(fault, target));
    if (mine !== undefined) return mine;
    const fault = this.#host.faults.take(kind, target);
    if (fault === undefined) return undefined;
    this.#claimed.push(fault);
    this.#host.events.emit({ kind: 'fault', connection: this.id, fault: kind });
    return fault;
  }

  #receive(data: Buffer): void {
    if (this.#stalled) return;
    try {
      for (const frame of this.#reader.push(data)) this.#takeFrame(frame);
    } catch (error) {
      this.#host.events.emit({
        kind: 'refused',
        connection: this.id,
        code: null,
        reason: `malformed: ${(error as Error).message}`,
      });
      this.drop();
    }
  }

  #takeFrame(frame: Buffer): void {
    if (this.#stalled) return;
    if (this.#transport !== undefined) this.#takeStanza(decodeStanza(this.#transport.decrypt(frame)));
    else if (this.#finish !== undefined) this.#finishHandshake(this.#finish(frame));
    else this.#answerHello(frame);
  }

  #answerHello(frame: Buffer): void {
    if (this.fault('stall_hello')) {
      this.#stalled = true;
      return;
    }
    const { authority } = this.#host;
    const identity = this.fault('forged_root')
      ? authority.forged('root')
      : this.fault('forged_leaf')
        ? authority.forged('leaf')
        : this.fault('expired_certificate')
          ? authority.expired()
          : authority.identity;
    const answer = answerClientHello(frame, identity);
    this.#finish = (last) => answer.finish(last);
    this.#socket.send(encodeFrame(answer.reply));
  }

  #finishHandshake(handshake: FinishedHandshake): void {
    this.#transport = handshake.transport;
    this.#finish = undefined;
    this.#host.options.onSaid?.({ connection: this.id, from: 'client', payload: handshake.payload });
    this.#admit(this, handshake);
  }

  #takeStanza(received: Stanza): void {
    this.#host.options.onSaid?.({ connection: this.id, from: 'client', stanza: received });
    if (this.#dropsAt('received')) this.drop();
    else this.onStanza(received);
  }

  #sendNow(element: Stanza): void {
    if (this.#ended || this.#silent || this.#transport === undefined) return;
    this.#host.options.onSaid?.({ connection: this.id, from: 'server', stanza: element });
    const dropAfter = this.#dropsAt('sent');
    const frame = encodeFrame(this.#transport.encrypt(encodeStanza(element)));
    this.#socket.send(frame, () => (dropAfter ? this.drop() : undefined));
    if (dropAfter) this.#stalled = true;
  }

  #dropsAt(direction: 'received' | 'sent'): boolean {
    const drop = this.fault('drop');
    if (drop === undefined || (drop.direction ?? 'received') !== direction) return false;
    return ++this.#counted[direction] === drop.at;
  }

  #closed(): void {
    this.#ended = true;
    this.onClose();
    this.#host.events.emit({
      kind: 'connection_closed',
      connection: this.id,
      jid: this.target.device === undefined ? null : `${this.target.device}@s.whatsapp.net`,
    });
  }
}
