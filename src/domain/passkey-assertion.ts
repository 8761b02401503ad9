import { UsageError } from '../errors.ts';
import { passkeyOrigin, passkeyRelyingParty, passkeyRelyingPartyHash, unpadded } from './passkey-options.ts';
import type { PasskeyOptions } from './passkey-options.ts';

/** A browser's answer to the request for a passkey, checked. */
export type PasskeyAssertion = {
  /** The JSON that WhatsApp gets: `{id, rawId, type, response: {…}}`, URL-safe base64 without padding. */
  readonly text: string;
  readonly credentialId: Buffer;
};

const mostBytes = 16_384;
const longestCredentialId = 1_023;
/** The hash of the relying party, the flags, the counter (WebAuthn, section 6.1). */
const shortestData = 37;
const userPresent = 0x01;
const userVerified = 0x04;

/**
 * Checks an assertion before it is sent, because WhatsApp does not say when one is wrong: the phone just stays silent. `given`
 * may be pasted, so text around the JSON and line breaks in it do not matter. Throws a UsageError that names the flaw.
 */
export function checkAssertion(given: string, options: PasskeyOptions): PasskeyAssertion {
  const { id, rawId, type, response } = readAssertion(given);
  const { clientDataJSON, authenticatorData, signature, userHandle = null } = Object(response) as Fields;
  if (type !== 'public-key') throw flaw('it is not an answer of a passkey (type is not "public-key")');
  const credential = bytesOf(rawId ?? id, 'rawId');
  if (credential.length === 0 || credential.length > longestCredentialId)
    throw flaw(`the id of the passkey has ${credential.length} bytes`);
  if (id !== undefined && !bytesOf(id, 'id').equals(credential)) throw flaw('id and rawId differ');
  const credentialId = credential.toString('base64url');
  if (options.credentialIds.length > 0 && !options.credentialIds.includes(credentialId))
    throw flaw(
      'it is from a passkey that WhatsApp did not ask for',
      'use the passkey of this WhatsApp account',
    );
  const clientData = bytesOf(clientDataJSON, 'clientDataJSON');
  checkClientData(clientData, options);
  const data = bytesOf(authenticatorData, 'authenticatorData');
  checkAuthenticatorData(data);
  const signed = bytesOf(signature, 'signature');
  if (signed.length === 0) throw flaw('it has no signature');
  const text = JSON.stringify({
    id: credentialId,
    rawId: credentialId,
    type,
    response: {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signed.toString('base64url'),
      userHandle: userHandle === null ? null : bytesOf(userHandle, 'userHandle').toString('base64url'),
    },
  });
  return { text, credentialId: credential };
}

type Fields = Readonly<Record<string, unknown>>;

const again = 'answer the newest request: wactl passkey ID --snippet';

const flaw = (what: string, hint = again): UsageError =>
  new UsageError(`WhatsApp would not accept this answer: ${what}`, hint);

/** The JSON in a text that may have been pasted: text around it and line breaks in it do not matter. Throws UsageError. */
export function readAssertion(given: string): Fields {
  if (Buffer.byteLength(given) > mostBytes) throw flaw(`it is longer than ${mostBytes} bytes`);
  const text = given.slice(given.indexOf('{'), given.lastIndexOf('}') + 1).replaceAll(/[\r\n]/g, '');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Fields;
  } catch {
    // Said below.
  }
  throw flaw('it is not JSON', 'paste all that the browser printed, from { to }');
}

function bytesOf(value: unknown, name: string): Buffer {
  if (typeof value !== 'string')
    throw flaw(`${name} is missing`, 'paste all that the browser printed, from { to }');
  const text = unpadded(value);
  if (!/^[\w-]*$/.test(text)) throw flaw(`${name} is not base64`);
  return Buffer.from(text, 'base64url');
}

function checkClientData(bytes: Buffer, { challenge }: PasskeyOptions): void {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw flaw('clientDataJSON is not JSON');
  }
  const { type, challenge: answered, origin, crossOrigin } = Object(value) as Fields;
  if (type !== 'webauthn.get') throw flaw('it was not made to log in (type is not "webauthn.get")');
  if (typeof answered !== 'string' || unpadded(answered) !== challenge)
    throw flaw('it answers another request (the challenge differs)');
  if (origin !== passkeyOrigin)
    throw flaw('it was made on another page', `run the line on a page of ${passkeyOrigin}`);
  if (crossOrigin === true) throw flaw('it was made in a frame of another page');
}

function checkAuthenticatorData(data: Buffer): void {
  if (data.length < shortestData) throw flaw(`authenticatorData has only ${data.length} bytes`);
  if (data.toString('hex', 0, 32) !== passkeyRelyingPartyHash)
    throw flaw(`it is from a passkey of another site than ${passkeyRelyingParty}`);
  const flags = data.readUInt8(32);
  if (!(flags & userPresent)) throw flaw('nobody touched the passkey (user presence is missing)');
  if (!(flags & userVerified))
    throw flaw(
      'the passkey did not check its owner (user verification is missing)',
      'unlock the passkey by PIN, fingerprint or face',
    );
}
