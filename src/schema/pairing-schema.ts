import * as v from 'valibot';
import {
  count,
  flag,
  list,
  object,
  qrText,
  requestBody,
  seconds,
  text,
  time,
  word,
} from './field-schemas.ts';

/** How long something is still valid. */
export const lifetimeFields = { timeout_seconds: seconds, expires_at: time };
export const rescan = v.pipe(
  flag,
  v.description('WhatsApp has asked for this QR after a scan: the phone must scan once more.'),
);
export const newCode = v.pipe(count, v.description('From 2 on: WhatsApp has asked for a new code.'));
/** As the phone shows it. */
export const shownCode = v.pipe(text, v.metadata({ pattern: '^.{4}-.{4}$' }));

/** The body of a pairing by code. */
export const pairRequestSchema = requestBody({
  phone_number: v.pipe(
    text,
    v.metadata({
      pattern: String.raw`^(?:(?:\+|00)?[\d ().\/-]{5,30}|\d+(?::\d+)?@(?:c\.us|s\.whatsapp\.net))$`,
    }),
    v.description('With its country code, or as a jid of WhatsApp.'),
  ),
  show_push_notification: v.exactOptional(flag),
  code: v.exactOptional(v.pipe(text, v.metadata({ pattern: '^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$' }))),
});

/** The QR that is on show, as part of what is known of a session. */
export const shownQrSchema = object({
  qr: qrText,
  qr_code: v.exactOptional(text),
  seq: count,
  rescan,
  ...lifetimeFields,
});

export type ShownQrDocument = v.InferInput<typeof shownQrSchema>;

/** The answer to "show me a QR". */
export const qrSchema = object({
  id: text,
  qr_codes: list(text),
  qr_code: v.exactOptional(text),
  seq: count,
  rescan,
  ...lifetimeFields,
  status: word('waiting_for_qr'),
});

/** The answer to a pairing by code. */
export const pairCodeSchema = object({
  id: text,
  seq: newCode,
  code: shownCode,
  phone_number: text,
  ...lifetimeFields,
  status: word('waiting_for_pair_code'),
});

/** The answer of both when there is nothing to pair. */
export const loggedInSchema = object({ id: text, status: word('logged_in'), phone: v.nullable(text) });

export type PairRequestBody = v.InferInput<typeof pairRequestSchema>;
