import * as v from 'valibot';
import { flag, object, requestBody, text, time, word } from './field-schemas.ts';
import { lifetimeFields, shownCode } from './pairing-schema.ts';

/** JSON that a browser understands or has made; its fields are WebAuthn's. */
const webauthn = v.record(text, v.unknown(), 'a JSON object');

/** What a browser is asked, and until when. */
export const passkeyFields = {
  options: v.pipe(
    webauthn,
    v.description(
      'PublicKeyCredentialRequestOptionsJSON: what a page of https://web.whatsapp.com asks the passkey.',
    ),
  ),
  handoff_until: v.pipe(
    time,
    v.metadata({ description: 'An answer until then needs no comparing of codes.' }),
  ),
};

/** The request for a passkey that a session waits with, and the code to compare once the phone shows one. */
export const passkeySchema = object({
  id: text,
  status: word('waiting_for_passkey'),
  ...passkeyFields,
  ...lifetimeFields,
  code: v.nullable(shownCode),
  needs_confirmation: flag,
});

/** The body of an answer: what the browser made. */
export const passkeyAnswerSchema = requestBody({
  assertion: v.pipe(
    webauthn,
    v.description('AuthenticationResponseJSON, as credential.toJSON() gives it in the browser.'),
  ),
});

/** The phone has accepted the passkey. */
export const passkeyCodeSchema = object({ id: text, code: shownCode, needs_confirmation: flag });

export type PasskeyRecord = v.InferInput<typeof passkeySchema>;
