import { randomBytes } from 'node:crypto';
import { readCompanion } from './companion.ts';
import type { CompanionKeys, CompanionProps, PairingData } from './companion.ts';
import type { Connection } from './connection.ts';
import { Device } from './device.ts';
import type { Network } from './network.ts';
import type { FinishedHandshake } from './noise.ts';
import { Notifications } from './notifications.ts';
import { PasskeyRegistration } from './passkey.ts';
import { CodeRegistration } from './code-registration.ts';
import type { Phone } from './phone.ts';
import { RegistrationRefresh } from './registration-refresh.ts';
import { child, server, stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';
import { makeDeviceIdentity, checkDeviceSignature } from './device-identity.ts';
import type { DeviceIdentityOffer } from './device-identity.ts';

/** One QR's reference and how long the server honours it (milliseconds since the epoch). */
type Ref = { readonly text: string; readonly expiresAt: number };

/** Baileys and WhatsApp Web lose their credentials when the restart comes together with their last answer. */
const restartDelayMs = 5;
const ackGraceMs = 2_000;

/** A companion that wants to be linked, from its registration to the restart after pair-device-sign. */
export class Registration {
  readonly connection: Connection;
  readonly keys: CompanionKeys;
  readonly props: CompanionProps;
  /** Its refs, in the order in which it shows them. */
  refs: readonly Ref[] = [];
  readonly byCode: CodeRegistration;
  readonly notifications: Notifications;
  readonly refresh: RegistrationRefresh;
  readonly #network: Network;
  /** The pair-device stanzas that it has not answered. */
  readonly #unanswered = new Set<string>();
  #hasSecondRefs = false;
  /** The answer to pair-success, when it arrived before an acknowledgement. */
  #signed: Stanza | undefined;
  #offer: (DeviceIdentityOffer & { readonly id: string; readonly device: Device }) | undefined;
  #passkey: PasskeyRegistration | undefined;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #refTimers: NodeJS.Timeout[] = [];

  constructor(
    network: Network,
    registrations: Set<Registration>,
    connection: Connection,
    companion: { readonly keys: CompanionKeys; readonly props: CompanionProps },
  ) {
    this.#network = network;
    this.connection = connection;
    this.keys = companion.keys;
    this.props = companion.props;
    this.byCode = new CodeRegistration(network, this);
    this.notifications = new Notifications(connection);
    this.refresh = new RegistrationRefresh(connection, this.notifications);
    connection.onStanza = (received) => this.#receive(received);
    connection.onClose = () => {
      registrations.delete(this);
      this.#close();
    };
    registrations.add(this);
  }

  /** Whether a phone has been offered this companion already. */
  get taken(): boolean {
    return this.#offer !== undefined || this.#passkey !== undefined;
  }

  sendPairDevice(): void {
    const streamError = this.connection.fault('stream_error');
    if (this.connection.fault('early_success')) this.#sendEarlySuccess();
    if (this.connection.fault('stall_pair_device')) return;
    this.#sendRefs();
    if (streamError?.code !== undefined) this.connection.streamError(streamError.code, streamError.conflict);
    else if (this.connection.fault('stream_end')) this.connection.endStream();
    else if (this.connection.fault('silence')) this.connection.silence();
  }

  /** Sends new refs; earlier ones are invalid. */
  #sendRefs(): void {
    for (const timer of this.#refTimers.splice(0)) clearTimeout(timer);
    const { firstRefMs, refMs, refCount } = this.#network.options;
    const now = Date.now();
    this.refs = Array.from({ length: refCount }, (_, index) => ({
      text: `2@${randomBytes(75).toString('base64')}`,
      expiresAt: now + firstRefMs + index * refMs,
    }));
    this.refs.forEach((ref, index) => {
      const expired = () =>
        this.#network.events.emit({ kind: 'ref_expired', connection: this.connection.id, index });
      this.#refTimers.push(setTimeout(expired, ref.expiresAt - now + 1).unref());
    });
    const refs = this.refs.map((ref) => stanza('ref', {}, ref.text));
    this.#unanswered.add(this.#iqSet([stanza('pair-device', {}, refs)]));
    this.#network.events.emit({
      kind: 'refs_sent',
      connection: this.connection.id,
      count: this.refs.length,
    });
  }

  /** Since June 2026 the real server may send success before there is a device to log in. */
  #sendEarlySuccess(): void {
    const t = String(Math.floor(Date.now() / 1000));
    this.connection.send(stanza('success', { t, location: 'sandbox' }));
  }

  /**
   * Called when the phone has agreed and knows the companion's ADV secret. Behind a passkey that is only the beginning:
   * the device that it returns is then not linked yet, and has the number 0.
   */
  link(phone: Phone, advSecret: Uint8Array): Device {
    const fault = this.connection.fault('passkey');
    if (!fault && !phone.account.passkey) return this.linkProven(phone, advSecret);
    this.#passkey = new PasskeyRegistration(this.#network, this, phone, advSecret, fault?.flaw);
    this.#passkey.begin();
    return new Device(phone, 0, this.keys, this.props);
  }

  /** Creates the device and sends pair-success. */
  linkProven(phone: Phone, advSecret: Uint8Array): Device {
    const device = new Device(phone, phone.nextDeviceId(), this.keys, this.props);
    const offer = makeDeviceIdentity(phone, device, advSecret, {
      forgeSignature: this.connection.fault('forged_account_signature') !== undefined,
      forgeHmac: this.connection.fault('bad_hmac') !== undefined,
    });
    const { verifiedName, platform } = phone.account;
    const lid = this.connection.fault('no_lid') ? undefined : device.lid;
    const jid = this.connection.fault('bad_jid')?.jid ?? device.jid;
    const id = this.#iqSet([
      stanza('pair-success', {}, [
        stanza('device-identity', {}, offer.container),
        ...(verifiedName === null ? [] : [stanza('biz', { name: verifiedName })]),
        stanza('platform', { name: platform }),
        stanza('device', { jid: jid === '' ? undefined : jid, lid }),
      ]),
    ]);
    this.#offer = { ...offer, id, device };
    this.#network.events.emit({
      kind: 'pair_success_sent',
      connection: this.connection.id,
      jid: device.jid,
    });
    return device;
  }

  #receive(received: Stanza): void {
    if (received.tag === 'ack') return this.#acknowledged(received);
    if (received.tag !== 'iq') return;
    if (received.attrs['type'] === 'result' && this.#unanswered.delete(received.attrs['id'] ?? ''))
      this.#refsReceived();
    else if (received.attrs['id'] === this.#offer?.id) this.#finish(received);
    else if (received.attrs['xmlns'] === 'md') {
      if (!this.#passkey?.receive(received)) this.byCode.receive(received);
    } else if (received.attrs['type'] === 'get' || received.attrs['type'] === 'set')
      this.connection.send(stanza('iq', { from: server, type: 'result', id: received.attrs['id'] }));
  }

  #refsReceived(): void {
    this.#network.events.emit({ kind: 'refs_received', connection: this.connection.id });
    if (this.#hasSecondRefs || !this.connection.fault('second_pair_device')) return;
    this.#hasSecondRefs = true;
    this.#sendRefs();
  }

  #acknowledged(ack: Stanza): void {
    const type = this.notifications.acknowledge(ack);
    if (type === undefined)
      return this.#refuse('the companion acknowledged a stanza that the sandbox never sent');
    this.#network.events.emit({ kind: 'acknowledged', connection: this.connection.id, type });
    if (this.#signed && this.notifications.fault === undefined) this.#finish(this.#signed);
  }

  #refuse(reason: string): void {
    this.#network.events.emit({ kind: 'refused', connection: this.connection.id, code: null, reason });
    this.connection.endStream();
  }

  #finish(answer: Stanza): void {
    const offer = this.#offer;
    if (offer === undefined) return;
    const signed = child(child(answer, 'pair-device-sign'), 'device-identity');
    const isRefused = answer.attrs['type'] !== 'result' ? 'the companion refused the pairing' : undefined;
    const isUnanswered =
      this.#unanswered.size > 0 ? 'the companion did not answer the second pair-device' : undefined;
    const fault = isRefused ?? checkDeviceSignature(offer, offer.device, signed) ?? isUnanswered;
    if (fault !== undefined) return this.#refuse(fault);
    if (this.notifications.fault !== undefined) {
      // Baileys handles both at once, so its acknowledgement may come after its signature.
      this.#signed = answer;
      this.later(ackGraceMs, () => {
        const missing = this.notifications.fault;
        if (missing !== undefined) this.#refuse(missing);
      });
      return;
    }
    this.#network.devices.set(offer.device.address, offer.device);
    this.#network.events.emit({
      kind: 'paired',
      connection: this.connection.id,
      jid: offer.device.jid,
    });
    if (this.connection.fault('no_restart')) return;
    this.later(restartDelayMs, () => this.connection.streamError(515));
  }

  /** Runs `action` after a delay, unless the companion has disconnected by then. */
  later(delayMs: number, action: () => void): void {
    this.#timers.push(setTimeout(action, delayMs));
  }

  #iqSet(content: readonly Stanza[]): string {
    const id = randomBytes(6).toString('hex');
    const t = String(Math.floor(Date.now() / 1000));
    this.connection.send(stanza('iq', { from: server, type: 'set', id, xmlns: 'md', t }, content));
    return id;
  }

  #close(): void {
    for (const timer of [...this.#timers, ...this.#refTimers]) clearTimeout(timer);
    this.byCode.close();
  }
}

/** Accepts or refuses a client that is not linked yet; `registrations` are those that wait for a phone. */
export function register(
  network: Network,
  registrations: Set<Registration>,
  connection: Connection,
  handshake: FinishedHandshake,
  data: PairingData,
  version: readonly number[],
): void {
  try {
    const companion = readCompanion(data, version, handshake.clientNoiseKey);
    new Registration(network, registrations, connection, companion).sendPairDevice();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    connection.refuse(400, error.message);
  }
}
