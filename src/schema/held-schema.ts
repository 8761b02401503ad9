import * as v from 'valibot';
import type { Heard, Held } from '../domain/held.ts';
import { parsePairCode } from '../domain/pair-code.ts';
import { closeOf, closeSchema } from './close-schema.ts';
import { engineSchema } from './engine-schema.ts';
import { byName, count, flag, object, qrText, status, text, time } from './field-schemas.ts';
import { newCode, rescan } from './pairing-schema.ts';

/** When something last arrived on the connection that is kept open. */
export const heardFields = { last_message_at: v.exactOptional(time), last_heard_at: v.exactOptional(time) };

const heldSchema = object({
  id: text,
  pid: count,
  program: v.exactOptional(text),
  since: time,
  stays: flag,
  status,
  last_close: v.nullable(closeSchema),
  retry_at: v.nullable(time),
  qr: v.nullable(object({ qr: qrText, seq: count, rescan, expires_at: time })),
  pair_code: v.nullable(object({ code: text, phone_number: text, seq: newCode, expires_at: time })),
  passkey: v.exactOptional(v.nullable(object({ options: text, expires_at: time, handoff_until: time }))),
  passkey_code: v.exactOptional(v.nullable(object({ code: text, needs_confirmation: flag }))),
  ...heardFields,
});

export type HeldRecord = v.InferInput<typeof heldSchema>;
export type HeardRecord = Pick<HeldRecord, keyof typeof heardFields>;

/** The process that holds a session, and what it does there. */
export const holderSchema = object({ held: v.nullable(heldSchema), engine: v.nullable(engineSchema) });

/** A process and the sessions that it holds, with their statuses. */
export const processSchema = object({ pid: count, engine: engineSchema, held: byName(status) });

/** Undoes `heldRecord`. */
export const heldOf = (record: v.InferOutput<typeof heldSchema>): Held => ({
  id: record.id,
  pid: record.pid,
  ...(record.program !== undefined && { program: record.program }),
  since: record.since,
  stays: record.stays,
  status: record.status,
  close: record.last_close && closeOf(record.last_close),
  retryAt: record.retry_at,
  qr: record.qr && {
    payload: record.qr.qr,
    seq: record.qr.seq,
    expiresAt: record.qr.expires_at,
    rescan: record.qr.rescan,
  },
  pairCode: record.pair_code && {
    code: record.pair_code.code,
    phone: record.pair_code.phone_number,
    seq: record.pair_code.seq,
    expiresAt: record.pair_code.expires_at,
  },
  // An older holder does not know of them.
  passkey: record.passkey
    ? {
        options: record.passkey.options,
        expiresAt: record.passkey.expires_at,
        handoffUntil: record.passkey.handoff_until,
      }
    : null,
  passkeyCode: record.passkey_code
    ? {
        code: parsePairCode(record.passkey_code.code),
        needsConfirmation: record.passkey_code.needs_confirmation,
      }
    : null,
  ...heardOf(record),
});

/** Undoes `heardRecord`. */
export const heardOf = (record: Pick<v.InferOutput<typeof heldSchema>, keyof typeof heardFields>): Heard => ({
  ...(record.last_message_at && { lastMessageAt: record.last_message_at }),
  ...(record.last_heard_at && { lastHeardAt: record.last_heard_at }),
});
