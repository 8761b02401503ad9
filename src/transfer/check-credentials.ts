import { createPrivateKey, createPublicKey } from 'node:crypto';
import { parseJid } from '../domain/jid.ts';
import type { Identity } from '../domain/session.ts';
import { isStorable } from '../domain/storable-text.ts';
import type { WholeSession } from '../domain/whole-session.ts';
import { isSignatureTrue } from '../xeddsa.ts';
import { readBufferJson } from '../credentials/buffer-json.ts';

/** A sentence on what is wrong with credentials, without a secret. */
export class CredentialsError extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/** The identity in a record of creds. Throws CredentialsError when these cannot log in: incomplete, damaged, not linked. */
export function checkCreds(bytes: Uint8Array): Identity {
  const creds = objectIn(bytes, 'the creds');
  for (const name of ['noiseKey', 'signedIdentityKey']) assertPair(creds[name], name);
  const signedPreKey = fieldsOf(creds['signedPreKey'], 'signedPreKey');
  const preKey = assertPair(signedPreKey['keyPair'], 'signedPreKey');
  const identityKey = assertPair(creds['signedIdentityKey'], 'signedIdentityKey');
  const signed = Buffer.concat([Buffer.of(5), preKey]);
  if (!isSignatureTrue(identityKey, signed, bytesOf(signedPreKey['signature'], 'signedPreKey.signature')))
    throw new CredentialsError('the signature of "signedPreKey" is wrong');
  for (const [name, value] of [
    ['registrationId', creds['registrationId']],
    ['signedPreKey.keyId', signedPreKey['keyId']],
    ['nextPreKeyId', creds['nextPreKeyId']],
    ['firstUnuploadedPreKeyId', creds['firstUnuploadedPreKeyId']],
  ] as const) {
    if (!Number.isSafeInteger(value)) throw new CredentialsError(`"${name}" is missing or no whole number`);
  }
  if (typeof creds['advSecretKey'] !== 'string') throw new CredentialsError('"advSecretKey" is missing');
  return identityIn(creds);
}

/** Throws CredentialsError for a key that cannot be read again. */
export function checkKey(type: string, id: string, value: Uint8Array): void {
  const name = `the key "${type}" "${id.slice(0, 100)}"`;
  if (!isStorable(type + id)) throw new CredentialsError('a key has a name that cannot be stored');
  if (type === 'pre-key' && value[0] === binaryPreKey) {
    if (value.length !== 1 + 2 * keyLength) throw new CredentialsError(`${name} is damaged`);
    return;
  }
  const read = jsonIn(value, name);
  if (type === 'pre-key') preKeyHalves(read, name);
  if (type === 'app-state-sync-key') assertAppStateKey(read, name);
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Baileys makes a protobuf object of it each time that it is read, which throws for anything else. */
function assertAppStateKey(read: unknown, name: string): void {
  const { keyData, timestamp, fingerprint } = fieldsOf(read, name);
  const isText = typeof keyData === 'string' && base64.test(keyData);
  const isTime =
    timestamp === undefined ||
    Number.isSafeInteger(timestamp) ||
    (typeof timestamp === 'string' && /^\d{1,18}$/.test(timestamp)) ||
    isLong(timestamp);
  const indexes = isFields(fingerprint) ? (fingerprint['deviceIndexes'] ?? []) : (fingerprint ?? []);
  if (!(isText || keyData instanceof Uint8Array) || !isTime || !Array.isArray(indexes))
    throw new CredentialsError(`${name} is damaged`);
}

const isLong = (value: unknown): boolean =>
  isFields(value) && Number.isInteger(value['low']) && Number.isInteger(value['high']);

/** Throws CredentialsError for credentials that do not belong to the record, or are not whole. */
export function checkWhole({ session, credentials }: WholeSession): void {
  const isLinked = session.paired || session.unconfirmed;
  if (!credentials) {
    if (isLinked) throw new CredentialsError('the credentials are missing');
    return;
  }
  if (!isLinked) throw new CredentialsError('there are credentials of a session that is not paired');
  const { whatsappJid } = checkCreds(credentials.creds);
  if (session.paired && session.whatsappJid !== whatsappJid)
    throw new CredentialsError(`the creds are those of ${whatsappJid}`);
  for (const { type, id, value } of credentials.keys) checkKey(type, id, value);
}

/** A pre-key is stored as this byte, the public and the private half (src/credentials/credential-bytes.ts). */
const binaryPreKey = 1;
const keyLength = 32;

/** A pre-key as it is stored, from its JSON. Throws CredentialsError. */
export const preKeyOf = (read: unknown): Uint8Array =>
  new Uint8Array(Buffer.concat([Buffer.of(binaryPreKey), ...preKeyHalves(read, 'a pre-key')]));

/** The halves of a stored pre-key; undefined for one that is stored as JSON. */
export const halvesOfPreKey = (value: Uint8Array) =>
  value[0] === binaryPreKey
    ? { public: value.subarray(1, 1 + keyLength), private: value.subarray(1 + keyLength) }
    : undefined;

function preKeyHalves(read: unknown, name: string): readonly [Uint8Array, Uint8Array] {
  const pair = fieldsOf(read, name);
  return [keyOf(pair['public'], name), keyOf(pair['private'], name)];
}

/** Of what is only shown. */
const longestText = 1_000;

function identityIn(creds: Fields): Identity {
  const notLinked = 'it was never linked to a phone: "me" has no device';
  if (creds['me'] === undefined || creds['me'] === null) throw new CredentialsError(notLinked);
  const me = fieldsOf(creds['me'], 'me');
  const jid = typeof me['id'] === 'string' ? parseJid(me['id']) : undefined;
  if (!jid?.device || jid.server !== 's.whatsapp.net' || !/^\d{5,20}$/.test(jid.user))
    throw new CredentialsError(notLinked);
  const account = fieldsOf(creds['account'], 'account');
  for (const name of ['details', 'accountSignature', 'deviceSignature'])
    if (account[name] === undefined) throw new CredentialsError(`"account.${name}" is missing`);
  const textOr = (value: unknown): string | null =>
    typeof value === 'string' && value.length <= longestText && isStorable(value) ? value : null;
  return {
    phoneNumber: jid.user,
    whatsappJid: String(me['id']),
    lid: textOr(me['lid']),
    platform: textOr(creds['platform']),
    pushName: textOr(me['name']),
  };
}

/** The public half, if it belongs to the private one. */
function assertPair(value: unknown, name: string): Uint8Array {
  const pair = fieldsOf(value, name);
  const [own, secret] = [keyOf(pair['public'], `${name}.public`), keyOf(pair['private'], `${name}.private`)];
  if (!Buffer.from(publicOf(secret)).equals(own))
    throw new CredentialsError(`the halves of "${name}" do not belong together`);
  return own;
}

const x25519Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

export function publicOf(secret: Uint8Array): Uint8Array {
  const key = Buffer.concat([x25519Prefix, secret]);
  const pair = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
  return pair.export({ format: 'der', type: 'spki' }).subarray(-keyLength);
}

function keyOf(value: unknown, name: string): Uint8Array {
  const bytes = bytesOf(value, name);
  // Signal's 05 may be in front of a public key.
  const bare = bytes.length === keyLength + 1 && bytes[0] === 5 ? bytes.subarray(1) : bytes;
  if (bare.length !== keyLength)
    throw new CredentialsError(`"${name}" is not a key of ${String(keyLength)} bytes`);
  return bare;
}

function bytesOf(value: unknown, name: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new CredentialsError(`"${name}" is missing or damaged`);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function fieldsOf(value: unknown, name: string): Fields {
  if (isFields(value)) return value;
  throw new CredentialsError(`"${name}" is missing or damaged`);
}

const objectIn = (bytes: Uint8Array, name: string): Fields => fieldsOf(jsonIn(bytes, name), name);

function jsonIn(bytes: Uint8Array, name: string): unknown {
  try {
    return readBufferJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new CredentialsError(`${name} cannot be read`, { cause });
  }
}
