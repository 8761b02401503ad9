/** WhatsApp's passkeys belong to this address; a page of `passkeyOrigin` asks for them (PROTOCOL: pair-passkey.go of whatsmeow). */
export const passkeyRelyingParty = 'whatsapp.com';
/** Its SHA-256, by which an answer names it: written out, because every command loads this and few need node:crypto. */
export const passkeyRelyingPartyHash = 'e868906c730209966eff408c55d781630fcb3c9de961e9e9738b4dd0e0fd5e7f';
export const passkeyOrigin = 'https://web.whatsapp.com';

/** How WhatsApp sends the options: 1 to 4,096 bytes. */
const longestOptions = 4_096;

/** A request for the account's passkey, as a browser understands it. */
export type PasskeyOptions = {
  /** The JSON text as it came; it holds no secret. */
  readonly text: string;
  /** URL-safe base64 without padding. */
  readonly challenge: string;
  /** The ids of the passkeys that are accepted, in the same form; empty: any of the account's. */
  readonly credentialIds: readonly string[];
};

/** Reads WhatsApp's options for a passkey. Undefined when no browser could answer them. */
export function readPasskeyOptions(bytes: Uint8Array): PasskeyOptions | undefined {
  if (bytes.length === 0 || bytes.length > longestOptions) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  const { challenge, rpId, allowCredentials = [] } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof challenge !== 'string' || challenge === '' || rpId !== passkeyRelyingParty) return undefined;
  if (!Array.isArray(allowCredentials)) return undefined;
  const credentialIds = allowCredentials.map((one) => (Object(one) as { id?: unknown }).id);
  if (!credentialIds.every((id) => typeof id === 'string')) return undefined;
  return {
    text: JSON.stringify(value),
    challenge: unpadded(challenge),
    credentialIds: credentialIds.map(unpadded),
  };
}

/** Base64 in any spelling, as URL-safe base64 without padding. */
export const unpadded = (text: string): string =>
  text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/**
 * A line for the console of a browser, on a page of `passkeyOrigin`: it asks for the passkey and prints the answer. Browsers
 * since 2025 have both functions (WebAuthn level 3).
 */
export const passkeySnippet = (options: object): string =>
  `navigator.credentials.get({publicKey:PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(options)})})` +
  '.then(answer=>console.log(JSON.stringify(answer)))';
