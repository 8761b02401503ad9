import { UsageError, WactlError } from '../errors.ts';
import { announce, rename } from './announcements.ts';
import type { Announcement } from './announcements.ts';
import { AutoPhone } from './auto-phone.ts';
import type { Connection } from './connection.ts';
import { sendText } from './delivery.ts';
import type { Attributes } from './delivery.ts';
import type { Device } from './device.ts';
import type { EventKind, EventLog, EventOf } from './event-log.ts';
import type { Fault } from './faults.ts';
import type { Network } from './network.ts';
import type { AssertionFlaw } from './passkey-authenticator.ts';
import type { Phone } from './phone.ts';
import type { Registration } from './registration.ts';
import { scanQr } from './scan-qr.ts';
import type { Listening } from './server.ts';
import { unlink } from './unlinking.ts';
import { PhoneRefusedError } from './phone-refused-error.ts';
import { matchesFault } from './fault-bank.ts';
import { parseFault } from './faults.ts';

/** The number of the phone that is used when none is named, and of the account that writes messages. */
const defaultNumbers = { phone: '15550100001', contact: '15550109999' } as const;

/** No linked device has this jid. */
class DeviceNotFoundError extends WactlError {
  constructor(jid: string) {
    super('not_found', `no device "${jid}" is linked in the sandbox`);
  }
}

/**
 * A running sandbox.
 *
 * The files: start-sandbox.ts puts it together; server.ts listens; connection.ts is one client (frames.ts, noise.ts,
 * authority.ts, stanza.ts); admission.ts decides between registration.ts (code-registration.ts, device-identity.ts) and
 * login.ts, whose queries are answered in queries/. network.ts holds what all share: phone.ts with account.ts and
 * app-state.ts, device.ts, faults.ts, event-log.ts. What a person does is below and in scan-qr.ts; what phones
 * send, in delivery.ts, first-sync.ts and signal-sender.ts; what the server says unasked, in announcements.ts.
 * control-server.ts takes the orders of other processes.
 */
export class Sandbox {
  readonly #network: Network;
  readonly #registrations: ReadonlySet<Registration>;
  readonly #listen: (port: number) => Promise<Listening>;
  #listening: Listening;
  readonly #autoPhone: AutoPhone;
  /** The text of the QR that was shown last. */
  #shownQr: string | undefined;

  constructor(
    network: Network,
    registrations: ReadonlySet<Registration>,
    listening: Listening,
    listen: (port: number) => Promise<Listening>,
  ) {
    this.#network = network;
    this.#registrations = registrations;
    this.#listening = listening;
    this.#listen = listen;
    this.#autoPhone = new AutoPhone(network);
  }

  /** "ws://127.0.0.1:PORT/ws/chat" */
  get endpoint(): string {
    return `ws://127.0.0.1:${this.#listening.port}/ws/chat`;
  }

  /** Hex of the public key that signs the certificates. */
  get rootKey(): string {
    return this.#network.authority.root.publicKey.toString('hex');
  }

  /** Past and future events. */
  get events(): EventLog {
    return this.#network.events;
  }

  /** All phones so far. */
  get phones(): readonly Phone[] {
    return [...this.#network.phones.values()];
  }

  /** All linked devices of all phones. */
  get devices(): readonly Device[] {
    return [...this.#network.devices.values()];
  }

  /** Whether WhatsApp holds a phone's notifications back, because one of its linked devices is available. */
  notificationsSilenced(phone: Phone = this.phone()): boolean {
    return this.#network.devicesOf(phone).some(({ available }) => available);
  }

  /** How many connections are open, of any kind. */
  get openConnections(): number {
    return this.#network.connections.size;
  }

  /** Every connected client, for tests that send what no server would. */
  get connections(): readonly Pick<Connection, 'sendPlaintext' | 'sendRaw'>[] {
    return [...this.#network.connections];
  }

  /** A linked device by its jid or "15550100001:1". */
  device(jid: string): Device | undefined {
    return this.#network.device(jid);
  }

  /** A primary phone, made on first use; its account may be edited. Digits with country code; left out, the default one. */
  phone(number: string = defaultNumbers.phone): Phone {
    const digits = number.replace(/\D/gu, '');
    if (digits.length < 5 || digits.length > 15) throw new UsageError(`invalid phone number "${number}"`);
    return this.#network.phone(digits);
  }

  /** The phone scans the QR. Throws PhoneRefusedError. */
  scan(qrText: string, phone: Phone = this.phone()): Device {
    return scanQr(this.#network, this.#registrations, phone, qrText);
  }

  /** The phone scans the QR that was shown last. Throws PhoneRefusedError. */
  scanShown(phone: Phone = this.phone()): Device {
    if (this.#shownQr === undefined)
      throw new PhoneRefusedError(
        'no QR has been shown',
        'show one first, in another terminal: wactl create my-phone',
      );
    return this.scan(this.#shownQr, phone);
  }

  /** Reports a QR on show. With `autoScan` the phone scans it a little later. Returns whether it will. */
  show(qrText: string): boolean {
    this.#shownQr = qrText;
    this.#network.events.emit({ kind: 'qr_shown' });
    return this.#autoPhone.show(qrText, () => Promise.resolve(this.scan(qrText)), defaultNumbers.phone);
  }

  /** Reports a pairing code on show. With `autoScan` it is typed a little later. Returns whether it will. */
  showCode(phoneNumber: string, code: string): boolean {
    return this.#autoPhone.show(code, () => this.enterCode(phoneNumber, code), phoneNumber);
  }

  /** Types a pairing code on a phone. Resolves when the code was right; throws PhoneRefusedError. */
  enterCode(phoneNumber: string, code: string): Promise<Device> {
    return enterCode(this.#registrations, this.phone(phoneNumber), code);
  }

  /** Reports a request for a passkey. With `autoScan` it is answered. */
  showPasskey(options: string): string | null {
    return this.#network.options.autoScan ? this.signPasskey(options) : null;
  }

  /** The passkey of an account answers these options, as its owner's browser would. */
  signPasskey(options: string, phone: Phone = this.phone(), flaw: AssertionFlaw = {}): string {
    return phone.passkey.sign(options, flaw);
  }

  /**
   * The phone unlinks a device (by jid or "15550100001:1"), or all of its devices when given its number. Returns how
   * many.
   */
  unlink(jidOrPhone: string): number {
    const isDevice = jidOrPhone.includes(':');
    const phone = this.#network.accountOf(jidOrPhone);
    const device = this.#network.device(jidOrPhone);
    if (phone === undefined || (isDevice && device === undefined)) throw new DeviceNotFoundError(jidOrPhone);
    const devices = device === undefined ? this.#network.devicesOf(phone) : [device];
    for (const one of devices) unlink(this.#network, one, 'phone');
    return devices.length;
  }

  /**
   * Another account writes to a linked device, which gets the message now or when it comes online. `attributes` replace
   * those of the stanza, even with values that no server would send. Returns the message's id.
   */
  sendText(
    jid: string,
    text: string,
    from: Phone = this.phone(defaultNumbers.contact),
    attributes: Attributes = {},
  ): string {
    const device = this.#network.device(jid);
    if (device === undefined) throw new DeviceNotFoundError(jid);
    return sendText(from, device, text, attributes);
  }

  /** Sends an unasked stanza to a linked device (see announcements.ts). Returns the stanza's id. */
  announce(jid: string, what: Announcement): string {
    const device = this.#network.device(jid);
    if (device === undefined) throw new DeviceNotFoundError(jid);
    return announce(device, what);
  }

  /** The owner of a phone changes the push name, and its linked devices are notified. */
  rename(pushName: string, phone: Phone = this.phone()): void {
    rename(this.#network, phone, pushName);
  }

  /** Orders a fault (see faults.ts). Throws UsageError when it is invalid. */
  fault(fault: Fault | Readonly<Record<string, unknown>>): void {
    orderFault(this.#network, fault);
  }

  /** The faults that wait for their connection, and how often each will still hit. */
  get waitingFaults(): readonly { readonly fault: Fault; readonly left: number }[] {
    return this.#network.faults.waiting;
  }

  /** Cancels the faults that have not hit yet. Returns how many. */
  clearFaults(): number {
    const { length } = this.waitingFaults;
    this.#network.faults.clear();
    return length;
  }

  /** The next event of this kind that matches. */
  waitFor<K extends EventKind>(kind: K, matches?: (event: EventOf<K>) => boolean): Promise<EventOf<K>> {
    return this.#network.events.next(kind, matches);
  }

  /** Resolves as soon as the condition holds; it is checked again after every event. */
  until(condition: () => boolean): Promise<void> {
    return this.#network.events.until(condition);
  }

  /** Resolves when the sandbox was closed, by `close` or by an order. */
  get closed(): Promise<void> {
    return this.#listening.closed;
  }

  /** Cuts every connection and frees the port. */
  async close(): Promise<void> {
    this.#autoPhone.stop();
    for (const connection of this.#network.connections) connection.drop();
    await this.#listening.close();
  }

  /** Simulates an outage: the port is closed while `meanwhile` runs, then open again. Phones and devices stay. */
  async outage(meanwhile: () => Promise<void>): Promise<void> {
    const { port } = this.#listening;
    await this.close();
    await meanwhile();
    this.#listening = await this.#listen(port);
  }
}

/** A person types a code on a phone. Throws PhoneRefusedError when no device waits or the code is wrong. */
async function enterCode(
  registrations: ReadonlySet<Registration>,
  phone: Phone,
  code: string,
): Promise<Device> {
  const waiting = [...registrations].reverse();
  const registration = waiting.find(({ byCode, taken }) => byCode.phoneNumber === phone.number && !taken);
  if (registration === undefined) throw new PhoneRefusedError('no device has asked this phone for a code');
  return registration.byCode.typeCode(phone, code.replace(/[\s-]/gu, '').toUpperCase());
}

const strike = (connection: Connection, fault: Fault): void => {
  if (fault.kind === 'stream_end') connection.endStream();
  else if (fault.kind === 'silence') connection.silence();
  else if (fault.code !== undefined) connection.streamError(fault.code, fault.conflict);
};

/** Takes a fault order: it hits open connections at once (`when: 'now'`), or waits for its connection. */
function orderFault(network: Network, input: unknown): void {
  const fault = parseFault(input);
  if (fault.when !== 'now') return network.faults.arm(fault);
  const hit = [...network.connections].filter((connection) => matchesFault(fault, connection.target));
  for (const connection of hit) {
    network.events.emit({ kind: 'fault', connection: connection.id, fault: fault.kind });
    strike(connection, fault);
  }
}
