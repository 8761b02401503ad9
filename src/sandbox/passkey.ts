import { randomBytes } from 'node:crypto';
import { stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** The WebAuthn options for whatsapp.com that a person would sign with a passkey. */
export const passkeyOptions = (): Stanza =>
  stanza(
    'passkey_request_options',
    {},
    JSON.stringify({
      rpId: 'whatsapp.com',
      challenge: randomBytes(32).toString('base64url'),
      allowCredentials: [],
      userVerification: 'required',
    }),
  );
