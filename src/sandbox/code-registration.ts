import { randomBytes } from 'node:crypto';
import type { CompanionKeys } from './companion.ts';
import type { Connection } from './connection.ts';
import type { Device } from './device.ts';
import type { Network } from './network.ts';
import type { Notifications } from './notifications.ts';
import { CodeExchange, unwrapEphemeral, wrapEphemeral } from './pairing-code.ts';
import type { Phone } from './phone.ts';
import { PhoneRefusedError } from './phone-refused-error.ts';
import type { RegistrationRefresh } from './registration-refresh.ts';
import { bytesOf, child, server, stanza, textOf } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** The browsers and systems that WhatsApp knows: it answers 400 to any others (whatsapp-rust, companion_reg.rs; whatsmeow). */
const displayName =
  /^(?:Chrome|Edge|Firefox|IE|Opera|Safari) \((?:Windows|Mac OS|Mac|Linux|Ubuntu|Fedora|Android|iOS)\)$/u;

/** The words that go with the number of an error (WhatsApp Web, WASmaxInMdIqMixinErrors; 404: whatsmeow, errors.go). */
const errorTexts: Readonly<Record<number, string>> = {
  400: 'bad-request',
  403: 'forbidden',
  404: 'item-not-found',
  429: 'rate-overlimit',
  452: 'feature-not-available',
  500: 'internal-server-error',
};
const phoneJid = /^(\d{5,15})@s\.whatsapp\.net$/u;

/** A real phone takes a moment. Clients store the new secret in between; zapo needs this delay. */
const phoneThinksMs = 20;

/** The companion that asks for a code, as its registration knows it. */
type Companion = {
  readonly connection: Connection;
  readonly keys: CompanionKeys;
  readonly notifications: Notifications;
  readonly refresh: RegistrationRefresh;
  link(phone: Phone, advSecret: Uint8Array): Device;
  later(delayMs: number, action: () => void): void;
};

/** Pairing by code on one registration: the answers of the server and the phone to the companion's two steps. */
export class CodeRegistration {
  /** The number of the phone; set once the companion has asked. */
  phoneNumber: string | undefined;
  readonly #network: Network;
  readonly #companion: Companion;
  #wrappedEphemeral: Buffer = Buffer.alloc(0);
  #ref = '';
  #expiresAt = 0;
  #refreshed = 0;
  #exchange: CodeExchange | undefined;

  constructor(network: Network, companion: Companion) {
    this.#network = network;
    this.#companion = companion;
  }

  /** Takes an iq of namespace md. */
  receive(iq: Stanza): void {
    const request = child(iq, 'link_code_companion_reg');
    const stage = request?.attrs['stage'];
    if (request !== undefined && stage === 'companion_hello') this.#hello(iq, request);
    else if (request !== undefined && stage === 'companion_finish') this.#finish(iq, request);
    else if (stage === 'get_country_code') this.#answer(iq, [stanza('country_code', { iso: 'US' })]);
    else this.#answer(iq, []);
  }

  /** Types the code on the phone. Resolves when the device has been offered its pairing; throws PhoneRefusedError. */
  async typeCode(phone: Phone, code: string): Promise<Device> {
    if (this.#expiresAt < Date.now()) throw new PhoneRefusedError('this code has expired');
    if (this.#refresh()) throw new PhoneRefusedError('this code cannot be used any more: type the new one');
    if (this.#exchange !== undefined) throw new PhoneRefusedError('another code is being checked');
    const companionEphemeral = await unwrapEphemeral(this.#wrappedEphemeral, code);
    if (!this.#companion.connection.isOpen) throw new PhoneRefusedError('the device has disconnected');
    return new Promise<Device>((done, failed) => {
      this.#exchange = new CodeExchange(phone.identity, companionEphemeral, { done, failed });
      this.#sendPrimaryHello(phone, this.#exchange, code).catch(failed);
    });
  }

  /** The companion has gone. */
  close(): void {
    this.#exchange?.settle.failed(new PhoneRefusedError('the device has disconnected'));
    this.#exchange = undefined;
  }

  #hello(iq: Stanza, request: Stanza): void {
    const refusal = this.#companion.connection.fault('code_refused');
    if (refusal?.code !== undefined) return this.#fail(iq, refusal.code, refusal.backoff);
    const number = phoneJid.exec(request.attrs['jid'] ?? '')?.[1];
    const wrapped = bytesOf(child(request, 'link_code_pairing_wrapped_companion_ephemeral_pub'));
    const noiseKey = bytesOf(child(request, 'companion_server_auth_key_pub'));
    const display = textOf(child(request, 'companion_platform_display'));
    const isRight =
      wrapped.length === 80 &&
      noiseKey.equals(this.#companion.keys.noiseKey) &&
      // "0" is refused, and letters are for clients that prove to be apps (whatsapp-rust, companion_reg.rs).
      /^[1-9]$/u.test(textOf(child(request, 'companion_platform_id'))) &&
      bytesOf(child(request, 'link_code_pairing_nonce')).length === 1 &&
      /^(?:true|false)$/u.test(request.attrs['should_show_push_notification'] ?? '') &&
      displayName.test(display);
    if (number === undefined || !isRight) return this.#fail(iq, 400);
    this.phoneNumber = number;
    this.#expiresAt = Date.now() + this.#network.options.codeMs;
    this.#wrappedEphemeral = wrapped;
    this.#ref = `${randomBytes(24).toString('base64')}`;
    this.#answer(iq, [
      stanza('link_code_companion_reg', { stage: 'companion_hello' }, [
        stanza('link_code_pairing_ref', {}, this.#ref),
      ]),
    ]);
    const pushNotification = request.attrs['should_show_push_notification'] === 'true';
    this.#network.events.emit({
      kind: 'code_requested',
      connection: this.#companion.connection.id,
      phone: number,
      pushNotification,
      display,
      nonce: bytesOf(child(request, 'link_code_pairing_nonce')).toString('hex'),
    });
  }

  /** Makes the device ask for another code, if a fault orders it. Returns whether it did. */
  #refresh(): boolean {
    const fault = this.#companion.connection.fault('refresh_code');
    if (!fault || this.#refreshed >= (fault.count ?? 1)) return false;
    this.#refreshed++;
    this.phoneNumber = undefined;
    const isEmpty = fault.form === 'empty';
    const attributes = { stage: 'refresh_code', force_manual_refresh: String(fault.form === 'manual') };
    const content = isEmpty ? [] : [stanza('link_code_pairing_ref', {}, this.#ref)];
    this.#companion.notifications.send('link_code_companion_reg', [
      stanza('link_code_companion_reg', isEmpty ? {} : attributes, content),
    ]);
    return true;
  }

  async #sendPrimaryHello(phone: Phone, exchange: CodeExchange, code: string): Promise<void> {
    const wrapped = await wrapEphemeral(exchange.ephemeral.publicKey, code);
    const content = [
      stanza('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrapped),
      stanza('primary_identity_pub', {}, phone.identity.publicKey),
      stanza('link_code_pairing_ref', {}, this.#ref),
    ];
    this.#companion.notifications.send('link_code_companion_reg', [
      stanza('link_code_companion_reg', { stage: 'primary_hello' }, content),
    ]);
  }

  #finish(iq: Stanza, request: Stanza): void {
    const exchange = this.#exchange;
    if (exchange === undefined || textOf(child(request, 'link_code_pairing_ref')) !== this.#ref)
      return this.#fail(iq, 400);
    this.#exchange = undefined;
    this.#answer(iq, []);
    const bundle = bytesOf(child(request, 'link_code_pairing_wrapped_key_bundle'));
    const identityKey = bytesOf(child(request, 'companion_identity_public'));
    const phone = this.#network.phone(this.phoneNumber ?? '');
    try {
      const secret = exchange.readSecret({ bundle, identityKey }, this.#companion.keys.identityKey);
      this.#companion.refresh.duringCode();
      this.#companion.later(phoneThinksMs, () => exchange.settle.done(this.#companion.link(phone, secret)));
    } catch (error) {
      const { id: connection } = this.#companion.connection;
      this.#network.events.emit({ kind: 'wrong_code', connection, phone: phone.number });
      exchange.settle.failed(error as Error);
    }
  }

  #answer(iq: Stanza, content: readonly Stanza[]): void {
    this.#companion.connection.send(
      stanza('iq', { from: server, type: 'result', id: iq.attrs['id'] }, content),
    );
  }

  #fail(iq: Stanza, code: number, backoff?: number): void {
    const error = { code: String(code), text: errorTexts[code] ?? 'error', backoff: backoff?.toString() };
    this.#companion.connection.send(
      stanza('iq', { from: server, type: 'error', id: iq.attrs['id'] }, [stanza('error', error)]),
    );
  }
}
