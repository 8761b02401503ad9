import * as v from 'valibot';
import { closeSchema } from './close-schema.ts';
import { count, object, qrText, status, text, time, word } from './field-schemas.ts';
import { messageFields } from './event-schema.ts';
import { passkeyFields } from './passkey-schema.ts';
import { newCode, rescan, shownCode } from './pairing-schema.ts';
import { sessionSchema } from './session-schema.ts';

const event = <const T extends string, D extends v.GenericSchema>(type: T, data: D) =>
  object({ type: word(type), timestamp: time, data });

const ended = object({ id: text, status, last_close: v.nullable(closeSchema) });

/** The body of a delivery (Standard Webhooks 1.0.0, "payload structure"). */
export const webhookEventSchema = v.variant('type', [
  event(
    'session.qr',
    object({
      id: text,
      status: word('waiting_for_qr'),
      seq: count,
      qr: qrText,
      qr_code: v.exactOptional(text),
      rescan,
      expires_at: time,
    }),
  ),
  event(
    'session.pair_code',
    object({
      id: text,
      status: word('waiting_for_pair_code'),
      seq: newCode,
      code: shownCode,
      phone_number: text,
      expires_at: time,
    }),
  ),
  event(
    'session.passkey',
    object({ id: text, status: word('waiting_for_passkey'), ...passkeyFields, expires_at: time }),
  ),
  event('session.connected', object({ id: text, status: word('connected') })),
  event('session.logged_in', sessionSchema),
  event('session.disconnected', ended),
  event('session.logged_out', ended),
  event('session.failed', ended),
  event('message', object({ id: text, ...messageFields })),
  event('webhook.test', object({ id: text })),
]);

/** Without the time of it. */
type Untimed<E> = E extends { readonly type: unknown; readonly data: unknown }
  ? Pick<E, 'type' | 'data'>
  : never;

export type WebhookContent = Untimed<v.InferInput<typeof webhookEventSchema>>;
