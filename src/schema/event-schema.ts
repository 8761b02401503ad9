import * as v from 'valibot';
import type { HolderEvent } from '../domain/held.ts';
import { parsePairCode } from '../domain/pair-code.ts';
import { closeOf, closeSchema } from './close-schema.ts';
import { errorSchema } from './error-schema.ts';
import { count, flag, object, qrText, seconds, status, text, time, word } from './field-schemas.ts';
import { passkeyFields } from './passkey-schema.ts';
import { lifetimeFields, newCode, rescan, shownCode } from './pairing-schema.ts';
import { parseBySchema } from './parse-by-schema.ts';
import { sessionSchema } from './session-schema.ts';

export const messageFields = {
  message_id: text,
  from: text,
  push_name: v.nullable(text),
  at: time,
  text: v.nullable(text),
};

/** The events of a held session. */
const holderEvents = [
  object({
    event: word('status'),
    id: text,
    status,
    is_logged_in: flag,
    last_close: v.exactOptional(closeSchema),
    retry_in_seconds: v.exactOptional(seconds),
  }),
  object({
    event: word('qr'),
    id: text,
    seq: count,
    qr: qrText,
    qr_code: v.exactOptional(text),
    rescan,
    ...lifetimeFields,
    status: word('waiting_for_qr'),
  }),
  object({
    event: word('pair_code'),
    id: text,
    seq: newCode,
    code: shownCode,
    phone_number: text,
    ...lifetimeFields,
    status: word('waiting_for_pair_code'),
  }),
  object({ event: word('wrong_code'), id: text }),
  object({
    event: word('passkey'),
    id: text,
    ...passkeyFields,
    ...lifetimeFields,
    status: word('waiting_for_passkey'),
  }),
  object({ event: word('passkey_code'), id: text, code: shownCode, needs_confirmation: flag }),
  object({ event: word('message'), id: text, ...messageFields }),
  object({ event: word('push_name'), id: text, push_name: text }),
] as const;

const holderEventSchema = v.variant('event', [...holderEvents], 'the name of an event');

/** The session is not held any more. */
const releasedSchema = object({ event: word('released'), id: text });

/** Events are missing between the one with the id `after` and the next: they are not kept any more. */
export const gapSchema = object({ event: word('gap'), after: text });

/** One event of a stream: of a held session, or how a pairing ended. */
export const eventSchema = v.variant('event', [
  ...holderEvents,
  releasedSchema,
  gapSchema,
  object({ event: word('logged_in'), ...sessionSchema.entries }),
  object({ event: word('error'), ...errorSchema.entries }),
]);

/** An event of a held session, as one line of JSON. */
export type EventLine = v.InferInput<typeof holderEventSchema>;
const anyEvent = object({ event: text });
const names: readonly string[] = holderEvents.map(({ entries }) => entries.event.literal);

/** Undoes `eventLine`; undefined for an event that is not a HolderEvent. Throws UsageError. */
export function parseEventLine(value: unknown): HolderEvent | undefined {
  if (!names.includes(parseBySchema(anyEvent, value).event)) return undefined;
  const line = parseBySchema(holderEventSchema, value);
  switch (line.event) {
    case 'status':
      return {
        kind: 'status',
        status: line.status,
        close: line.last_close ? closeOf(line.last_close) : null,
        retryInMs: line.retry_in_seconds === undefined ? null : Math.round(line.retry_in_seconds * 1000),
      };
    case 'qr':
      return {
        kind: 'qr',
        payload: line.qr,
        seq: line.seq,
        expiresAt: line.expires_at,
        rescan: line.rescan,
      };
    case 'pair_code':
      return {
        kind: 'pair_code',
        code: parsePairCode(line.code),
        phone: line.phone_number,
        seq: line.seq,
        expiresAt: line.expires_at,
      };
    case 'message': {
      const { message_id: id, from, push_name: pushName, at, text: words } = line;
      return { kind: 'message', message: { id, from, pushName, at, text: words } };
    }
    case 'push_name':
      return { kind: 'push_name', pushName: line.push_name };
    case 'wrong_code':
      return { kind: 'wrong_code' };
    case 'passkey':
      return {
        kind: 'passkey',
        options: JSON.stringify(line.options),
        expiresAt: line.expires_at,
        handoffUntil: line.handoff_until,
      };
    case 'passkey_code':
      return {
        kind: 'passkey_code',
        code: parsePairCode(line.code),
        needsConfirmation: line.needs_confirmation,
      };
  }
}
