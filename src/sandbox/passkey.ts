import { randomBytes } from 'node:crypto';
import { server, stanza } from './stanza.ts';
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

/** What the server sends a companion instead of pair-success when the account is gated behind a passkey. */
export const passkeyRequest = (): Stanza =>
  stanza(
    'notification',
    { from: server, type: 'passkey_prologue_request', id: randomBytes(6).toString('hex') },
    [passkeyOptions()],
  );
