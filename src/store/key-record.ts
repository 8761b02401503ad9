import type { KeyFacts, WrappingKey } from '../ports/data-key.ts';
import { crc32 } from './crc32.ts';
import type { Crypto } from '../keys/load-crypto.ts';

/** The data key as the database keeps it: wrapped, with what tells which key opens it. */
export type KeyRecord = KeyFacts & {
  /** Counts the data keys that this database has had. */
  readonly generation: number;
  /** When its key became this one, in milliseconds since 1970. */
  readonly since: number;
  /** Distinguishes it from other data keys; tells nothing about it. */
  readonly id: string;
  /** Nonce, tag and ciphertext of AES-256-GCM, in hex. */
  readonly wrapped: string;
};

const nonceLength = 12;
const tagLength = 16;

export function wrap(
  crypto: Crypto,
  { key, ...facts }: WrappingKey,
  dataKey: Uint8Array,
  { generation, since }: Pick<KeyRecord, 'generation' | 'since'>,
): KeyRecord {
  const nonce = crypto.randomBytes(nonceLength);
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(additional(facts, generation));
  const bytes = Buffer.concat([cipher.update(dataKey), cipher.final()]);
  const wrapped = Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString('hex');
  return { ...facts, generation, since, id: keyId(crypto, dataKey), wrapped };
}

const keyId = (crypto: Crypto, dataKey: Uint8Array): string =>
  crypto.createHmac('sha256', dataKey).update('wactl data key id').digest('hex').slice(0, 16);

/** The data key; undefined when this is not the key that it is wrapped with. */
export function unwrap(crypto: Crypto, record: KeyRecord, key: Uint8Array): Uint8Array | undefined {
  const wrapped = Buffer.from(record.wrapped, 'hex');
  const options = { authTagLength: tagLength };
  const nonce = wrapped.subarray(0, nonceLength);
  try {
    const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce, options);
    decipher.setAAD(additional(record, record.generation));
    decipher.setAuthTag(wrapped.subarray(nonceLength, nonceLength + tagLength));
    return Buffer.concat([decipher.update(wrapped.subarray(nonceLength + tagLength)), decipher.final()]);
  } catch {
    return undefined;
  }
}

const additional = ({ kind, salt, cost }: KeyFacts, generation: number): Buffer =>
  Buffer.from(JSON.stringify(['wactl data key', kind, salt, cost, generation]));

const checksumLength = 4;

/** A CRC-32 (big-endian), then JSON. So damage is not taken for a wrong key. */
export function recordBytes({ kind, salt, cost, generation, since, id, wrapped }: KeyRecord): Uint8Array {
  const text = Buffer.from(JSON.stringify({ kind, salt, cost, generation, since, id, wrapped }));
  const bytes = Buffer.alloc(checksumLength + text.length);
  bytes.writeUInt32BE(crc32(text), 0);
  bytes.set(text, checksumLength);
  return bytes;
}

/** Undefined when `recordBytes` did not make these bytes. */
export function recordIn(value: unknown): KeyRecord | undefined {
  if (!(value instanceof Uint8Array) || value.length <= checksumLength) return undefined;
  const bytes = Buffer.from(value);
  const text = bytes.subarray(checksumLength);
  if (bytes.readUInt32BE(0) !== crc32(text)) return undefined;
  try {
    return JSON.parse(text.toString()) as KeyRecord;
  } catch {
    return undefined;
  }
}
