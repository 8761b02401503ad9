import { createECDH, createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { UsageError } from '../errors.ts';

export const relyingParty = 'whatsapp.com';
const origin = 'https://web.whatsapp.com';

const userPresent = 0x01;
const userVerified = 0x04;

/** What a signer did wrong, for tests; each is what a real browser or passkey may do. */
export type AssertionFlaw = {
  readonly challenge?: string;
  readonly origin?: string;
  readonly type?: string;
  readonly relyingParty?: string;
  /** Leaves out UV. */
  readonly isUnverified?: boolean;
};

/** A passkey in software: an ES256 key that answers WebAuthn requests for whatsapp.com as a browser would. */
export class PasskeyAuthenticator {
  readonly credentialId: Buffer;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;

  /** The same 32 bytes give the same passkey. */
  constructor(seed: Buffer) {
    const pair = createECDH('prime256v1');
    const secret = createHash('sha256').update('passkey').update(seed).digest();
    pair.setPrivateKey(secret);
    const point = pair.getPublicKey();
    const coordinates = {
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    };
    // Not what the pair gives back, which has no leading zeros.
    this.#privateKey = createPrivateKey({
      key: { kty: 'EC', crv: 'P-256', ...coordinates, d: secret.toString('base64url') },
      format: 'jwk',
    });
    this.#publicKey = createPublicKey(this.#privateKey);
    this.credentialId = createHash('sha256').update(point).digest().subarray(0, 16);
  }

  /** The private key for a browser's own virtual authenticator: PKCS #8, DER. */
  exportKey(): Buffer {
    return this.#privateKey.export({ format: 'der', type: 'pkcs8' });
  }

  /** The assertion for these options, as JSON: what `credential.toJSON()` gives in a browser. */
  sign(optionsText: string, flaw: AssertionFlaw = {}): string {
    const { challenge } = parsed(optionsText);
    if (typeof challenge !== 'string') throw new UsageError('this is not a request for a passkey');
    const clientData = Buffer.from(
      JSON.stringify({
        type: flaw.type ?? 'webauthn.get',
        challenge: flaw.challenge ?? challenge,
        origin: flaw.origin ?? origin,
        crossOrigin: false,
      }),
    );
    const flags = flaw.isUnverified ? userPresent : userPresent | userVerified;
    const party = createHash('sha256')
      .update(flaw.relyingParty ?? relyingParty)
      .digest();
    const data = Buffer.concat([party, Buffer.of(flags, 0, 0, 0, 0)]);
    const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), this.#privateKey);
    const id = this.credentialId.toString('base64url');
    return JSON.stringify({
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: null,
      },
    });
  }

  /** Why the server would not accept this assertion; undefined when it does. */
  flawOf(text: string, credentialId: Buffer, challenge: string): string | undefined {
    const { rawId, type, response } = parsed(text);
    const { clientDataJSON, authenticatorData, signature } = Object(response) as Record<string, unknown>;
    const [clientData, data, signed] = [clientDataJSON, authenticatorData, signature].map(fromBase64Url);
    if (!clientData || !data || !signed) return 'the assertion is not complete';
    if (!credentialId.equals(this.credentialId) || rawId !== credentialId.toString('base64url'))
      return 'this is not the passkey of the account';
    const client = parsed(clientData.toString());
    if (type !== 'public-key' || client['type'] !== 'webauthn.get') return 'the type is wrong';
    if (client['challenge'] !== challenge) return 'the challenge is wrong';
    if (client['origin'] !== origin) return 'the origin is wrong';
    if (data.length < 37 || !data.subarray(0, 32).equals(sha256(Buffer.from(relyingParty))))
      return 'the relying party is wrong';
    const wanted = userPresent | userVerified;
    if ((data.readUInt8(32) & wanted) !== wanted) return 'the user was not verified';
    const message = Buffer.concat([data, sha256(clientData)]);
    return verify('sha256', message, this.#publicKey, signed) ? undefined : 'the signature is wrong';
  }
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** Undefined for anything but URL-safe base64 without padding, which is all that WhatsApp takes. */
const fromBase64Url = (value: unknown): Buffer | undefined =>
  typeof value === 'string' && /^[\w-]+$/u.test(value) ? Buffer.from(value, 'base64url') : undefined;

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
