import { createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { CompanionKeys, CompanionProps } from './companion.ts';
import type { Connection } from './connection.ts';
import type { Fault } from './faults.ts';
import { hkdf } from './hkdf.ts';
import { agree, generateAgreementKeyPair } from './key-pair.ts';
import type { AgreementKeyPair } from './key-pair.ts';
import {
  CompanionEphemeralIdentity,
  EncryptedPairingRequest,
  PairingRequest,
  PrimaryEphemeralIdentity,
  ProloguePayload,
} from './messages.ts';
import type { Network } from './network.ts';
import type { Notifications } from './notifications.ts';
import { relyingParty } from './passkey-authenticator.ts';
import type { Phone } from './phone.ts';
import { bytesOf, child, children, server, stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** The companion behind the ceremony, as its registration knows it. */
type Companion = {
  readonly connection: Connection;
  readonly keys: CompanionKeys;
  readonly props: CompanionProps;
  readonly notifications: Notifications;
  /** Sends pair-success, keyed by the secret that the companion has told the phone. */
  linkProven(phone: Phone, advSecret: Uint8Array): void;
};

type Flaw = NonNullable<Fault['flaw']>;

const noSalt = Buffer.alloc(0);
const alphabet = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';
const tagLength = 16;

/**
 * The server's and the phone's part of the passkey ceremony on one registration (whatsmeow, pair-passkey.go; zapo,
 * WaShortcakeFlow). As WhatsApp does, it answers a wrong step with a result, and then the phone is silent; the event
 * passkey_refused says why.
 */
export class PasskeyRegistration {
  readonly #network: Network;
  readonly #companion: Companion;
  readonly #phone: Phone;
  /** What the companion showed before the ceremony. */
  readonly #advSecret: Uint8Array;
  readonly #flaw: Flaw | undefined;
  readonly #beganAt = Date.now();
  #challenge: { readonly text: string; readonly at: number } | undefined;
  #hasAskedTwice = false;
  #ref: string | undefined;
  #prologue: { readonly identity: Buffer; readonly hash: Buffer; readonly publicKey: Buffer } | undefined;
  #primary: { readonly ephemeral: AgreementKeyPair; readonly nonce: Buffer } | undefined;
  #key: Buffer | undefined;

  constructor(
    network: Network,
    companion: Companion,
    phone: Phone,
    advSecret: Uint8Array,
    flaw: Flaw | undefined,
  ) {
    this.#network = network;
    this.#companion = companion;
    this.#phone = phone;
    this.#advSecret = advSecret;
    this.#flaw = flaw;
  }

  /** Asks the companion for the passkey. */
  begin(): void {
    const { connection, notifications } = this.#companion;
    this.#network.events.emit({
      kind: 'passkey_requested',
      connection: connection.id,
      phone: this.#phone.number,
    });
    const hasOptions = this.#flaw !== 'no_options';
    notifications.send('passkey_prologue_request', hasOptions ? [this.#options()] : []);
  }

  /** Takes an iq of namespace md; false when it is not part of the ceremony. */
  receive(iq: Stanza): boolean {
    const step = child(iq);
    const type = iq.attrs['type'];
    switch (`${type} ${step?.tag}`) {
      case 'get passkey_request_options':
        this.#answer(iq, [this.#options()]);
        return true;
      case 'get ref':
        this.#ref = `2@${randomBytes(24).toString('base64')}`;
        this.#answer(iq, [stanza('ref', {}, this.#ref)]);
        return true;
      case 'set passkey_prologue':
        this.#step(iq, () => this.#takePrologue(step!));
        return true;
      case 'set companion_nonce':
        this.#step(iq, () => this.#takeNonce(bytesOf(step)));
        return true;
      case 'set encrypted_pairing_request':
        this.#step(iq, () => this.#takeRequest(bytesOf(step)));
        return true;
      default:
        return false;
    }
  }

  /** Answers first, whatever it is; a flaw is only noted. */
  #step(iq: Stanza, work: () => void): void {
    this.#answer(iq, []);
    try {
      work();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#network.events.emit({
        kind: 'passkey_refused',
        connection: this.#companion.connection.id,
        reason: error.message,
      });
    }
  }

  #takePrologue(step: Stanza): void {
    const tags = children(step).map(({ tag }) => tag);
    const wanted = ['credential_id', 'webauthn_assertion', 'prologue_payload'];
    const hasProof = tags.length === 4;
    if (String(tags) !== String(hasProof ? [...wanted, 'pairing_handoff_proof'] : wanted))
      throw new RangeError('the parts of the prologue are not in order');
    const challenge = this.#challenge;
    if (!challenge || Date.now() - challenge.at > this.#network.options.passkeyOptionsMs)
      throw new RangeError('the request for the passkey has expired');
    this.#challenge = undefined;
    const flaw = this.#phone.passkey.flawOf(
      bytesOf(child(step, 'webauthn_assertion')).toString(),
      bytesOf(child(step, 'credential_id')),
      challenge.text,
    );
    if (flaw !== undefined) throw new RangeError(flaw);
    const payload = bytesOf(child(step, 'prologue_payload'));
    const { identity, commitment } = ProloguePayload.decode(payload);
    const { publicKey, deviceType, ref } = CompanionEphemeralIdentity.decode(identity ?? noSalt);
    if (!identity || publicKey?.length !== 32 || commitment?.hash?.length !== 32)
      throw new RangeError('the prologue is not complete');
    if (ref === undefined || ref !== this.#ref) throw new RangeError('the ref is not the newest');
    if (deviceType !== this.#companion.props.platformType)
      throw new RangeError('the device type is not the registered one');
    if (hasProof) this.#checkProof(payload, bytesOf(child(step, 'pairing_handoff_proof')));
    this.#prologue = {
      identity: Buffer.from(identity),
      hash: Buffer.from(commitment.hash),
      publicKey: Buffer.from(publicKey),
    };
    this.#continue();
  }

  #checkProof(payload: Buffer, proof: Buffer): void {
    if (Date.now() - this.#beganAt > this.#network.options.passkeyHandoffMs)
      throw new RangeError('the handoff has expired');
    const key = hkdf(this.#advSecret, noSalt, 'shortcake-passkey-handoff-v1', 32);
    if (!createHmac('sha256', key).update(payload).digest().equals(proof))
      throw new RangeError('the handoff proof is wrong');
  }

  #continue(): void {
    if (this.#flaw === 'second_request' && !this.#hasAskedTwice) {
      this.#hasAskedTwice = true;
      this.#prologue = undefined;
      return this.#companion.notifications.send('passkey_prologue_request', [this.#options()]);
    }
    if (this.#flaw === 'no_continuation') return;
    const nonce = randomBytes(this.#flaw === 'short_nonce' ? 31 : 32);
    const ephemeral = generateAgreementKeyPair();
    this.#primary = { ephemeral, nonce };
    const identity = PrimaryEphemeralIdentity.encode({ publicKey: ephemeral.publicKey, nonce });
    this.#companion.notifications.send('crsc_continuation', [
      stanza('primary_ephemeral_identity', {}, identity),
    ]);
  }

  #takeNonce(nonce: Buffer): void {
    const prologue = this.#prologue;
    const primary = this.#primary;
    if (!prologue || !primary) throw new RangeError('a nonce out of turn');
    if (nonce.length !== 32 || !sha256(prologue.identity, nonce).equals(prologue.hash))
      throw new RangeError('the nonce is not the one that was promised');
    const { deviceType = 0, ref = '' } = CompanionEphemeralIdentity.decode(prologue.identity);
    this.#key = hkdf(
      agree(primary.ephemeral, prologue.publicKey),
      Buffer.from(`Companion Pairing ${deviceType} with ref ${ref}`),
      'Pairing Information Encryption Key',
      32,
    );
    this.#network.events.emit({
      kind: 'passkey_code',
      connection: this.#companion.connection.id,
      // As if somebody in between had exchanged the keys.
      code: passkeyCode(
        nonce,
        primary.ephemeral.publicKey,
        this.#flaw === 'other_code' ? randomBytes(32) : primary.nonce,
      ),
    });
  }

  #takeRequest(bytes: Buffer): void {
    if (!this.#key) throw new RangeError('a pairing request out of turn');
    const { payload = noSalt, iv = noSalt } = EncryptedPairingRequest.decode(bytes);
    if (iv.length !== 12) throw new RangeError('the IV does not have 12 bytes');
    const { noiseKey, identityKey, advSecret } = PairingRequest.decode(opened(this.#key, iv, payload));
    this.#key = undefined;
    const { keys } = this.#companion;
    if (!noiseKey || !identityKey || !keys.noiseKey.equals(noiseKey) || !keys.identityKey.equals(identityKey))
      throw new RangeError('the keys are not those of the device that waits');
    if (advSecret?.length !== 32 || Buffer.from(advSecret).equals(this.#advSecret))
      throw new RangeError('the secret was not changed');
    if (this.#flaw === 'no_link') return;
    this.#companion.linkProven(this.#phone, advSecret);
  }

  #options(): Stanza {
    const text = randomBytes(32).toString('base64url');
    this.#challenge = { text, at: Date.now() };
    const options = {
      challenge: text,
      timeout: 600_000,
      rpId: relyingParty,
      allowCredentials: [],
      userVerification: 'required',
      extensions: { uvm: true },
    };
    return stanza('passkey_request_options', {}, JSON.stringify(options));
  }

  #answer(iq: Stanza, content: readonly Stanza[]): void {
    this.#companion.connection.send(
      stanza('iq', { from: server, type: 'result', id: iq.attrs['id'] }, content),
    );
  }
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

/** The code that the phone shows, bare: each digit is five bits of the first five bytes. */
export function passkeyCode(
  companionNonce: Uint8Array,
  primaryKey: Uint8Array,
  primaryNonce: Uint8Array,
): string {
  const hash = sha256(companionNonce, primaryKey);
  const bits = [...primaryNonce.subarray(0, 5)]
    .map((byte, at) => (byte ^ hash.readUInt8(at)).toString(2).padStart(8, '0'))
    .join('');
  return (bits.match(/.{5}/gu) ?? []).map((digit) => alphabet.charAt(parseInt(digit, 2))).join('');
}

function opened(key: Buffer, iv: Uint8Array, payload: Uint8Array): Buffer {
  if (payload.length < tagLength) throw new RangeError('the pairing request is too short');
  const decipher = createDecipheriv('aes-256-gcm', key, iv);
  decipher.setAuthTag(payload.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(payload.subarray(0, -tagLength)), decipher.final()]);
  } catch {
    throw new RangeError('the pairing request cannot be decrypted');
  }
}
