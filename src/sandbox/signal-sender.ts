import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { PreKeySignalMessage, SignalMessage } from './chat-messages.ts';
import type { CompanionKeys } from './companion.ts';
import { hkdf } from './hkdf.ts';
import { agree, generateAgreementKeyPair } from './key-pair.ts';
import type { AgreementKeyPair } from './key-pair.ts';
import { SignalReceiver } from './signal-receiver.ts';

const version = Buffer.of(0x33);
const noSalt = Buffer.alloc(32);
const macLength = 8;

/** Signal prefixes public keys with their type, 05. */
const typed = (publicKey: Buffer): Buffer => Buffer.concat([Buffer.of(5), publicKey]);

const hmac = (key: Buffer, ...data: readonly Buffer[]): Buffer => {
  const mac = createHmac('sha256', key);
  for (const part of data) mac.update(part);
  return mac.digest();
};

/** Messages have 1 to 16 bytes of padding, each holding their number. */
const pad = (plaintext: Buffer): Buffer => {
  const length = (randomBytes(1).readUInt8() & 15) + 1;
  return Buffer.concat([plaintext, Buffer.alloc(length, length)]);
};

/**
 * The recipient of a message: the companion's public keys, with the one-time pre-key that was used, if one was left.
 */
export type SignalRecipient = Pick<CompanionKeys, 'identityKey' | 'signedPreKey'> & {
  readonly preKey: { readonly id: number; readonly publicKey: Buffer } | undefined;
};

/**
 * Signal from the side that begins: X3DH, then one sending chain. All its messages are pre-key messages (pkmsg), because a phone
 * keeps its ratchet key when it reads an answer, and begins anew when the device does. libsignal-node and zapo decrypt them.
 */
export class SignalSender {
  /** Reads what comes back. */
  readonly answers: SignalReceiver;
  readonly #sender: AgreementKeyPair;
  readonly #registrationId: number;
  readonly #recipient: SignalRecipient;
  readonly #baseKey = generateAgreementKeyPair();
  readonly #ratchetKey = generateAgreementKeyPair();
  #chainKey: Buffer;
  #counter = 0;

  constructor(sender: AgreementKeyPair, registrationId: number, recipient: SignalRecipient) {
    this.#sender = sender;
    this.#registrationId = registrationId;
    this.#recipient = recipient;
    const { identityKey, signedPreKey, preKey } = recipient;
    const master = Buffer.concat([
      Buffer.alloc(32, 0xff),
      agree(sender, signedPreKey.publicKey),
      agree(this.#baseKey, identityKey),
      agree(this.#baseKey, signedPreKey.publicKey),
      ...(preKey === undefined ? [] : [agree(this.#baseKey, preKey.publicKey)]),
    ]);
    const rootKey = hkdf(master, noSalt, 'WhisperText', 64).subarray(0, 32);
    const step = agree(this.#ratchetKey, signedPreKey.publicKey);
    const next = hkdf(step, rootKey, 'WhisperRatchet', 64);
    this.#chainKey = next.subarray(32);
    this.answers = new SignalReceiver(next.subarray(0, 32), this.#ratchetKey, identityKey, sender.publicKey);
  }

  /** The content of an `<enc v=2 type=pkmsg>`. */
  encrypt(plaintext: Buffer): Buffer {
    const keys = hkdf(hmac(this.#chainKey, Buffer.of(1)), noSalt, 'WhisperMessageKeys', 80);
    this.#chainKey = hmac(this.#chainKey, Buffer.of(2));
    const cipher = createCipheriv('aes-256-cbc', keys.subarray(0, 32), keys.subarray(64));
    const inner = SignalMessage.encode({
      ratchetKey: typed(this.#ratchetKey.publicKey),
      counter: this.#counter++,
      previousCounter: 0,
      ciphertext: Buffer.concat([cipher.update(pad(plaintext)), cipher.final()]),
    });
    const { identityKey, signedPreKey, preKey } = this.#recipient;
    const parties = Buffer.concat([typed(this.#sender.publicKey), typed(identityKey)]);
    const mac = hmac(keys.subarray(32, 64), parties, version, inner).subarray(0, macLength);
    const outer = PreKeySignalMessage.encode({
      ...(preKey === undefined ? {} : { preKeyId: preKey.id }),
      baseKey: typed(this.#baseKey.publicKey),
      identityKey: typed(this.#sender.publicKey),
      message: Buffer.concat([version, inner, mac]),
      registrationId: this.#registrationId,
      signedPreKeyId: signedPreKey.id,
    });
    return Buffer.concat([version, outer]);
  }
}
