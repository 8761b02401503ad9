import type { CompanionKeys, CompanionProps } from './companion.ts';
import type { Connection } from './connection.ts';
import type { Phone } from './phone.ts';
import type { SignalReceiver } from './signal-receiver.ts';
import type { SignalSender } from './signal-sender.ts';
import type { Stanza } from './stanza.ts';

const keptStanzas = 500;

/** One linked device, as the server knows it. */
export class Device {
  readonly phone: Phone;
  /** 1 and up; 0 would be the phone itself. */
  readonly id: number;
  readonly keyIndex: number;
  readonly props: CompanionProps;
  keys: CompanionKeys;
  /** One-time pre-keys by id. Shrinks when one is handed out. */
  readonly preKeys = new Map<number, Buffer>();
  /** The number of uploads, and of keys in all of them. */
  preKeyUploads = 0;
  uploadedPreKeys = 0;
  linked = true;
  firstSyncSent = false;
  /** Whether it has sent "available": the phone then gets no notifications. */
  available = false;
  readonly connections = new Set<Connection>();
  /** The most connections that were ever open at the same time. */
  maxConnections = 0;
  logins = 0;
  /** Stanzas that it has not acknowledged: sent again whenever it comes online, oldest first. */
  readonly undelivered: Stanza[] = [];
  /** Signal sessions that others have with the device, by phone number. */
  readonly signalSessions = new Map<string, SignalSender>();
  /** What phones read of the device, by phone number: their sides of Signal sessions, by what begins each. */
  readonly receivers = new Map<string, Map<string, SignalReceiver>>();
  /** What the device has sent, the last 500 stanzas, oldest first. */
  readonly received: Stanza[] = [];

  constructor(phone: Phone, id: number, keys: CompanionKeys, props: CompanionProps) {
    this.phone = phone;
    this.id = id;
    this.keyIndex = id;
    this.keys = keys;
    this.props = props;
  }

  /** "15550100001:1" */
  get address(): string {
    return `${this.phone.number}:${this.id}`;
  }

  /** "15550100001:1@s.whatsapp.net" */
  get jid(): string {
    return `${this.address}@s.whatsapp.net`;
  }

  /** "100000000000001:1@lid" */
  get lid(): string {
    return `${this.phone.lidUser}:${this.id}@lid`;
  }

  /** Keeps a phone's side of a Signal session, unless it has that one; returns the one it has. */
  keepReceiver(phone: string, name: string, receiver: SignalReceiver): SignalReceiver {
    const known = this.receivers.get(phone) ?? new Map<string, SignalReceiver>();
    const kept = known.get(name) ?? receiver;
    this.receivers.set(phone, known.set(name, kept));
    return kept;
  }

  get preKeyCount(): number {
    return this.preKeys.size;
  }

  get online(): boolean {
    return this.connections.size > 0;
  }

  /** Marks the stanza with this id as received. Returns whether it was pending. */
  acknowledge(id: string): boolean {
    const index = this.undelivered.findIndex(({ attrs }) => attrs['id'] === id);
    if (index < 0) return false;
    this.undelivered.splice(index, 1);
    return true;
  }

  /** Adds a connection that has just logged in; a closing one does not count. */
  join(connection: Connection): void {
    this.logins++;
    this.connections.add(connection);
    const open = [...this.connections].filter(({ isOpen }) => isOpen).length;
    this.maxConnections = Math.max(this.maxConnections, open);
  }

  /** Removes a connection that has ended; without any connection the device is unavailable. */
  leave(connection: Connection): void {
    this.connections.delete(connection);
    if (!this.online) this.available = false;
  }

  record(received: Stanza): void {
    this.received.push(received);
    if (this.received.length > keptStanzas) this.received.shift();
  }
}
