import * as v from 'valibot';
import { firstReceiver } from '../domain/box.ts';
import { webhookEvents } from '../domain/session.ts';
import type { Session, Webhook } from '../domain/session.ts';
import { engineSchema } from './engine-schema.ts';
import { count, flag, list, object, oneOfOrNewer, text, time } from './field-schemas.ts';
import { shownQrSchema } from './pairing-schema.ts';
import { sessionOf, sessionSchema } from './session-schema.ts';

/** Placeholder for the hidden secret of a webhook. */
export const hiddenSecret = 'whsec_***';

const webhookSchema = object({
  url: text,
  events: list(oneOfOrNewer(webhookEvents)),
  has_secret: flag,
  header_names: v.optional(list(text), []),
  via_proxy: flag,
});

/** A webhook by its name: the first one is called "default". */
export const namedWebhookSchema = object({ name: text, ...webhookSchema.entries });

const config = object({
  webhook: v.nullable(webhookSchema),
  webhooks: v.optional(list(namedWebhookSchema), []),
  proxy: v.nullable(text),
  endpoint: v.nullable(text),
  wants_online: flag,
});

/** Everything known about a session, as `show` prints it. */
export const wholeSessionSchema = object({
  ...sessionSchema.entries,
  config,
  me: v.nullable(object({ id: v.nullable(text), push_name: v.nullable(text), lid: v.nullable(text) })),
  engine: engineSchema,
  holder: v.nullable(
    object({
      pid: count,
      host: v.exactOptional(
        v.pipe(text, v.description('The machine of that process, if it is another one.')),
      ),
      program: v.exactOptional(text),
      since: time,
      stays: flag,
    }),
  ),
  last_message_at: v.nullable(time),
  last_heard_at: v.nullable(time),
  unconfirmed: flag,
  qr: v.nullable(shownQrSchema),
});

export type WholeSessionRecord = v.InferInput<typeof wholeSessionSchema>;

/**
 * Undoes `wholeRecord`, as far as it tells: a webhook secret comes back as `hiddenSecret`, an address without its
 * password, an endpoint without its root key.
 */
export function wholeSessionOf(record: v.InferOutput<typeof wholeSessionSchema>): Session {
  const session = sessionOf(record);
  const { me, unconfirmed } = record;
  const { webhook, webhooks, proxy, endpoint, wants_online: wantsOnline } = record.config;
  return {
    ...session,
    ...(me && { whatsappJid: me.id, lid: me.lid }),
    unconfirmed,
    webhook: webhook && webhookIn(webhook),
    otherWebhooks: webhooks
      .filter(({ name }) => name !== firstReceiver)
      .map(({ name, ...rest }) => ({ name, ...webhookIn(rest) })),
    proxy,
    endpoint: endpoint === null ? null : { url: endpoint, rootKey: '' },
    wantsOnline,
  };
}

const webhookIn = (record: v.InferOutput<typeof webhookSchema>): Webhook => ({
  url: record.url,
  events: webhookEvents.filter((event) => record.events.includes(event)),
  secret: record.has_secret ? hiddenSecret : null,
  ...(record.header_names.length > 0 && {
    headers: Object.fromEntries(record.header_names.map((name) => [name, '***'])),
  }),
  viaProxy: record.via_proxy,
});
