import type { KeyObject } from 'node:crypto';
import { crc32 } from './crc32.ts';
import type { Crypto } from '../keys/load-crypto.ts';

/** The place of a sealed value; a value moved to another place does not open. */
export type SealedPlace = readonly [sessionId: string, type: string, id: string];

/** Of earlier versions: not encrypted. */
const plainFormat = 0;
const plainHeaderLength = 5;

const sealedFormat = 1;
const nonceOffset = 5;
const nonceLength = 12;
const tagOffset = nonceOffset + nonceLength;
const tagLength = 16;
const valueOffset = tagOffset + tagLength;

export const isPlain = (sealed: Uint8Array): boolean => sealed[0] === plainFormat;

/** The generation of the data key that a value is sealed with; undefined when it is not sealed. */
export const generationOf = (sealed: Uint8Array): number | undefined =>
  sealed[0] === sealedFormat && sealed.length >= valueOffset
    ? new DataView(sealed.buffer, sealed.byteOffset).getUint32(1)
    : undefined;

/**
 * The secret in a value of format 0: a format byte, a CRC-32 (big-endian) over place and value, the value. Undefined
 * when these bytes are damaged or belong elsewhere.
 */
export function readPlain(sealed: Uint8Array, place: SealedPlace): Uint8Array | undefined {
  if (sealed.length < plainHeaderLength || !isPlain(sealed)) return undefined;
  const value = new Uint8Array(sealed.subarray(plainHeaderLength));
  const expected = new DataView(sealed.buffer, sealed.byteOffset).getUint32(1);
  return crc32(value, crc32(JSON.stringify(place))) === expected ? value : undefined;
}

/** More nonces are drawn at once than one value needs: drawing takes about as long as sealing. */
const noncesAtOnce = 64;
/** Keys of sessions that are kept ready. */
const mostSubkeys = 5_000;

/**
 * Seals and opens with one data key: AES-256-GCM under a key of the session's own (HMAC-SHA-256 of its id), so that
 * random nonces do not run out: 2^32 values a session. Format 1: a format byte, the generation of the data key, nonce, tag,
 * ciphertext. Format, generation and place are the additional data.
 */
export class Sealer {
  readonly generation: number;
  readonly key: Uint8Array;
  readonly #crypto: Crypto;
  readonly #subkeys = new Map<string, KeyObject>();
  #nonces = Buffer.alloc(0);

  constructor(crypto: Crypto, key: Uint8Array, generation: number) {
    this.#crypto = crypto;
    this.key = key;
    this.generation = generation;
  }

  seal(value: Uint8Array, place: SealedPlace): Buffer {
    const nonce = this.#nonce();
    const cipher = this.#crypto.createCipheriv('aes-256-gcm', this.#subkey(place), nonce);
    cipher.setAAD(this.#additional(place));
    const sealed = Buffer.alloc(valueOffset + value.length);
    sealed.writeUInt8(sealedFormat, 0);
    sealed.writeUInt32BE(this.generation, 1);
    nonce.copy(sealed, nonceOffset);
    cipher.update(value).copy(sealed, valueOffset);
    cipher.final();
    cipher.getAuthTag().copy(sealed, tagOffset);
    return sealed;
  }

  /** Undefined when these bytes are damaged, belong elsewhere, or were sealed with another key. */
  open(sealed: Uint8Array, place: SealedPlace): Uint8Array | undefined {
    if (generationOf(sealed) !== this.generation) return undefined;
    const nonce = sealed.subarray(nonceOffset, tagOffset);
    const options = { authTagLength: tagLength };
    const decipher = this.#crypto.createDecipheriv('aes-256-gcm', this.#subkey(place), nonce, options);
    decipher.setAAD(this.#additional(place));
    decipher.setAuthTag(sealed.subarray(tagOffset, valueOffset));
    const value = new Uint8Array(decipher.update(sealed.subarray(valueOffset)));
    try {
      decipher.final();
      return value;
    } catch {
      return undefined;
    }
  }

  /** 32 bytes for this purpose, from which the key cannot be found. */
  derived(purpose: string): Buffer {
    const label = JSON.stringify(['wactl', purpose]);
    return this.#crypto.createHmac('sha256', this.key).update(label).digest();
  }

  #additional(place: SealedPlace): Buffer {
    return Buffer.from(JSON.stringify([sealedFormat, this.generation, ...place]));
  }

  #subkey([sessionId]: SealedPlace): KeyObject {
    const known = this.#subkeys.get(sessionId);
    if (known) return known;
    const label = JSON.stringify(['wactl session', sessionId]);
    const bytes = this.#crypto.createHmac('sha256', this.key).update(label).digest();
    // Read once, not for each value.
    const subkey = this.#crypto.createSecretKey(bytes);
    if (this.#subkeys.size >= mostSubkeys) this.#subkeys.clear();
    this.#subkeys.set(sessionId, subkey);
    return subkey;
  }

  #nonce(): Buffer {
    if (this.#nonces.length === 0) this.#nonces = this.#crypto.randomBytes(nonceLength * noncesAtOnce);
    const nonce = this.#nonces.subarray(0, nonceLength);
    this.#nonces = this.#nonces.subarray(nonceLength);
    return nonce;
  }
}

/** What seals and opens the secrets of one database: `Seals` (seals.ts). */
export type SecretSeals = {
  sealer(): Pick<Sealer, 'seal' | 'open'>;
  open(sealed: Uint8Array, place: SealedPlace): Uint8Array | undefined;
};
