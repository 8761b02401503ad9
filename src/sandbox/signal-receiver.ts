import { createDecipheriv, createHmac } from 'node:crypto';
import { PreKeySignalMessage, SignalMessage } from './chat-messages.ts';
import { hkdf } from './hkdf.ts';
import { agree } from './key-pair.ts';
import type { AgreementKeyPair } from './key-pair.ts';

const noSalt = Buffer.alloc(32);
const macLength = 8;
/** As libsignal has it. */
const mostSkipped = 2_000;
const typed = (publicKey: Uint8Array): Buffer => Buffer.concat([Buffer.of(5), publicKey]);
const untyped = (key: Uint8Array | undefined): Buffer => Buffer.from(key ?? []).subarray(-32);

const hmac = (key: Buffer, ...data: readonly Uint8Array[]): Buffer => {
  const mac = createHmac('sha256', key);
  for (const part of data) mac.update(part);
  return mac.digest();
};

/** One receiving chain: each of its keys opens one message, and no other. */
class Chain {
  #key: Buffer;
  #next = 0;
  readonly #skipped = new Map<number, Buffer>();

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Throws RangeError when it was used before: the sender has lost its state. */
  seed(counter: number): Buffer {
    if (counter - this.#next > mostSkipped) throw new RangeError('too many messages are missing');
    for (; this.#next <= counter; this.#next += 1) {
      this.#skipped.set(this.#next, hmac(this.#key, Buffer.of(1)));
      this.#key = hmac(this.#key, Buffer.of(2));
    }
    const seed = this.#skipped.get(counter);
    if (!seed) throw new RangeError(`message key ${String(counter)} was used before`);
    return seed;
  }

  use(counter: number): void {
    this.#skipped.delete(counter);
  }
}

/** The receiving side of a Signal session that a phone has with a companion. The phone never answers with a new ratchet key. */
export class SignalReceiver {
  readonly #root: Buffer;
  readonly #own: AgreementKeyPair;
  readonly #parties: Buffer;
  readonly #chains = new Map<string, Chain>();

  /** `from`, `to`: the identity keys. */
  constructor(root: Buffer, own: AgreementKeyPair, from: Uint8Array, to: Uint8Array) {
    this.#root = root;
    this.#own = own;
    this.#parties = Buffer.concat([typed(from), typed(to)]);
  }

  /** The plaintext of an `<enc type=msg>`; undefined when it is of another session. Throws RangeError for a key that was used before. */
  open(bytes: Uint8Array): Buffer | undefined {
    const inner = Buffer.from(bytes).subarray(1, -macLength);
    const { ratchetKey, counter = 0, ciphertext } = SignalMessage.decode(inner);
    const name = untyped(ratchetKey).toString('hex');
    const step = agree(this.#own, untyped(ratchetKey));
    const chain =
      this.#chains.get(name) ?? new Chain(hkdf(step, this.#root, 'WhisperRatchet', 64).subarray(32));
    const keys = hkdf(chain.seed(counter), noSalt, 'WhisperMessageKeys', 80);
    const mac = hmac(keys.subarray(32, 64), this.#parties, Buffer.from(bytes).subarray(0, 1), inner);
    if (!mac.subarray(0, macLength).equals(Buffer.from(bytes).subarray(-macLength))) return undefined;
    this.#chains.set(name, chain);
    chain.use(counter);
    const cipher = createDecipheriv('aes-256-cbc', keys.subarray(0, 32), keys.subarray(64));
    const padded = Buffer.concat([cipher.update(ciphertext ?? Buffer.of()), cipher.final()]);
    return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
  }
}

/** The keys of the one who is written to. */
export type ReceiverKeys = {
  readonly identity: AgreementKeyPair;
  readonly signedPreKey: AgreementKeyPair;
  readonly preKey: AgreementKeyPair;
};

/** The session that an `<enc type=pkmsg>` begins, and the message in it. */
export function readPreKeyMessage(
  bytes: Uint8Array,
  { identity, signedPreKey, preKey }: ReceiverKeys,
): { readonly name: string; readonly receiver: SignalReceiver; readonly message: Uint8Array } {
  const { preKeyId, baseKey, identityKey, message } = PreKeySignalMessage.decode(
    Buffer.from(bytes).subarray(1),
  );
  const [base, theirs] = [untyped(baseKey), untyped(identityKey)];
  const master = Buffer.concat([
    Buffer.alloc(32, 0xff),
    agree(signedPreKey, theirs),
    agree(identity, base),
    agree(signedPreKey, base),
    ...(preKeyId === undefined ? [] : [agree(preKey, base)]),
  ]);
  const root = hkdf(master, noSalt, 'WhisperText', 64).subarray(0, 32);
  const receiver = new SignalReceiver(root, signedPreKey, theirs, identity.publicKey);
  return { name: base.toString('hex'), receiver, message: message ?? Buffer.of() };
}
