import { randomBytes } from 'node:crypto';
import { stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** What a person would have to sign with a passkey: WebAuthn's options for whatsapp.com. */
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
