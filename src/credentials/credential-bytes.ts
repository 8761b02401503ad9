import type { AuthenticationCreds, KeyPair, SignalDataSet, SignalDataTypeMap } from '@whiskeysockets/baileys';
import { WactlError } from '../errors.ts';
import { realPushName } from '../domain/push-name.ts';
import type { KeyChange } from '../ports/store.ts';
import { markedBytes, readBufferJson } from './buffer-json.ts';

const credentialsHint =
  'restore the session database from a backup, or remove the session with: wactl delete ID --force';

/** One record of Baileys as bytes for the store: JSON with Baileys' own marks for buffers (rc14, Utils/generics.js, BufferJSON). */
export const toBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value, marked));

/** A Buffer has become {"type":"Buffer","data":[…]} before it comes to a replacer. */
function marked(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return markedBytes(value);
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'Buffer')
    return value;
  return 'data' in value && Array.isArray(value.data) ? markedBytes(Uint8Array.from(value.data)) : value;
}

function fromBytes(bytes: Uint8Array): unknown {
  try {
    return readBufferJson(Buffer.from(bytes).toString());
  } catch (cause) {
    throw unreadable(cause);
  }
}

const unreadable = (cause?: unknown): WactlError =>
  new WactlError('store_damaged', 'stored credentials cannot be read', credentialsHint, { cause });

/** Drops a push name that is not a real one. Throws `store_damaged` when the bytes are not credentials. */
export function credsFromBytes(bytes: Uint8Array): AuthenticationCreds {
  const creds = fromBytes(bytes) as Partial<AuthenticationCreds> | null;
  if (!creds?.noiseKey || !creds.signedIdentityKey || !creds.signedPreKey || !creds.me?.id) {
    throw new WactlError('store_damaged', 'stored credentials are incomplete', credentialsHint);
  }
  const { name, ...me } = creds.me;
  const realName = realPushName(name);
  return { ...creds, me: realName === null ? me : { ...me, name: realName } } as AuthenticationCreds;
}

/** A key pair begins with this byte, before its public and its private half. All other values are JSON. */
const pairFormat = 1;
const keyLength = 32;

/** A pre-key as bytes for the store: there are 812 at once, which take as JSON twelve times as long. */
export const preKeyToBytes = (pair: KeyPair): Uint8Array =>
  Buffer.concat([Buffer.of(pairFormat), pair.public, pair.private]);

function preKeyFromBytes(bytes: Uint8Array): KeyPair {
  if (bytes.length !== 1 + 2 * keyLength) throw unreadable();
  const halves = Buffer.from(bytes.subarray(1));
  return { public: halves.subarray(0, keyLength), private: halves.subarray(keyLength) };
}

/** Throws `store_damaged`. */
export function keyFromBytes<T extends keyof SignalDataTypeMap>(
  type: T,
  bytes: Uint8Array,
): SignalDataTypeMap[T] {
  if (type === 'pre-key' && bytes[0] === pairFormat) return preKeyFromBytes(bytes) as SignalDataTypeMap[T];
  const value = fromBytes(bytes) as SignalDataTypeMap[T];
  return type === 'app-state-sync-key' ? (syncKeyOf(value as SyncKey) as SignalDataTypeMap[T]) : value;
}

type SyncKey = { readonly keyData?: Uint8Array | string | null };

/** It comes as a protobuf object, whose JSON has bytes in base64. */
const syncKeyOf = (key: SyncKey): object =>
  typeof key.keyData === 'string' ? { ...key, keyData: Buffer.from(key.keyData, 'base64') } : key;

/** A set of Baileys' typed key records as changes for the store. */
export const toKeyChanges = (data: SignalDataSet): KeyChange[] =>
  Object.entries(data).flatMap(([type, records]) =>
    Object.entries(records).map(([id, value]) => ({
      type,
      id,
      value: value ? keyToBytes(type, value) : null,
    })),
  );

const keyToBytes = (type: string, value: unknown): Uint8Array =>
  type === 'pre-key' ? preKeyToBytes(value as KeyPair) : toBytes(value);
