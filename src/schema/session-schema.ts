import * as v from 'valibot';
import { fenceReasons } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { closeOf, closeSchema } from './close-schema.ts';
import { count, flag, list, object, oneOf, status, text, time } from './field-schemas.ts';

export const damaged = v.exactOptional(
  v.pipe(
    v.literal(true, 'true'),
    v.description('The stored data of the session is damaged and may be wrong.'),
  ),
);

export const fenced = v.exactOptional(
  v.pipe(
    object({ reason: oneOf(fenceReasons), at: time }),
    v.description('The session does not connect: the same device may be online elsewhere.'),
  ),
);

const host = v.exactOptional(
  v.pipe(text, v.description('The machine that holds the session, if it is another one.')),
);

/** A session in `list`, `create` and `logged_in` events. */
export const sessionSchema = object({
  id: text,
  name: v.nullable(text),
  status,
  is_logged_in: flag,
  paired: flag,
  phone_number: v.nullable(text),
  push_name: v.nullable(text),
  whatsapp_jid: v.nullable(text),
  lid: v.nullable(text),
  platform: v.nullable(text),
  created_at: time,
  updated_at: time,
  last_connected_at: v.nullable(time),
  last_seen_at: v.nullable(time),
  message_count: count,
  last_close: v.nullable(closeSchema),
  host,
  damaged,
  fenced,
});

export type SessionRecord = v.InferInput<typeof sessionSchema>;

export const sessionListSchema = object({
  sessions: list(sessionSchema),
  total: count,
  page: count,
  per_page: count,
});

/** Undoes `sessionRecord`, as far as it tells: jids come back without their device, and without settings. */
export const sessionOf = (record: v.InferOutput<typeof sessionSchema>): Session => ({
  id: record.id,
  name: record.name,
  status: record.status,
  paired: record.paired,
  unconfirmed: false,
  phoneNumber: record.phone_number,
  pushName: record.push_name,
  whatsappJid: record.whatsapp_jid,
  lid: record.lid,
  platform: record.platform,
  createdAt: record.created_at,
  updatedAt: record.updated_at,
  lastConnectedAt: record.last_connected_at,
  lastSeenAt: record.last_seen_at,
  messageCount: record.message_count,
  lastClose: record.last_close && closeOf(record.last_close),
  webhook: null,
  otherWebhooks: [],
  proxy: null,
  endpoint: null,
  wantsOnline: false,
  retries: 0,
  fence: record.fenced ?? null,
  ...(record.host !== undefined && { host: record.host }),
  ...(record.damaged && { damaged: 'pair_again' as const }),
});
