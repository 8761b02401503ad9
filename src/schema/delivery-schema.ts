import * as v from 'valibot';
import { namedWebhookSchema } from './whole-session-schema.ts';
import { deliveryStates } from '../domain/delivery.ts';
import { webhookEvents } from '../domain/session.ts';
import {
  count,
  flag,
  list,
  object,
  oneOf,
  requestBody,
  text,
  timeWith,
  word,
  writtenTime,
} from './field-schemas.ts';

const deliverySchema = object({
  webhook_id: text,
  type: v.nullable(oneOf(webhookEvents)),
  state: oneOf(deliveryStates),
  created_at: writtenTime,
  attempts: count,
  last_attempt_at: v.nullable(writtenTime),
  last_error: v.nullable(text),
  next_attempt_at: v.nullable(writtenTime),
});

/** A webhook of a session, and how its receiver is doing. */
export const webhookSchema = object({
  ...namedWebhookSchema.entries,
  pending: count,
  dropped: count,
  failing_since: v.nullable(writtenTime),
  turned_off_at: v.nullable(writtenTime),
});

/** All webhooks that the events of a session go to. */
export const webhooksSchema = object({ id: text, webhooks: list(webhookSchema) });

export type WebhookRecord = v.InferInput<typeof webhookSchema>;
export type WebhooksRecord = v.InferInput<typeof webhooksSchema>;

/** What a removed webhook is answered with. */
export const webhookRemovedSchema = object({ id: text, name: text, removed: v.literal(true, 'true') });

/** The deliveries of one webhook of a session. */
export const deliveriesSchema = object({
  id: text,
  name: text,
  url: v.nullable(text),
  pending: count,
  dropped: count,
  failing_since: v.nullable(writtenTime),
  turned_off_at: v.nullable(writtenTime),
  deliveries: list(deliverySchema),
});

export type DeliveryRecord = v.InferInput<typeof deliverySchema>;
export type DeliveriesRecord = v.InferInput<typeof deliveriesSchema>;

/** How a receiver took a test. */
export const webhookTestSchema = object({
  id: text,
  name: text,
  webhook_id: text,
  type: word('webhook.test'),
  delivered: flag,
  http_status: v.nullable(count),
  error: v.nullable(text),
  duration_ms: count,
  signed: flag,
});

export type TestRecord = v.InferInput<typeof webhookTestSchema>;

/** The body of a replay: one at least. */
export const replayRequestSchema = requestBody({
  since: v.exactOptional(timeWith({ description: 'Events that were made at this time, or later.' })),
  event: v.exactOptional(v.pipe(text, v.description('The webhook_id of one event.'))),
  name: v.exactOptional(v.pipe(text, v.description('Which webhook; "default" when left out.'))),
  failed: v.exactOptional(v.pipe(flag, v.description('Only those that were not delivered.'))),
});

/** What a replay has done: `pending` are all events that wait now. */
export const replaySchema = object({ id: text, name: text, replayed: count, pending: count });

export type ReplayRecord = v.InferInput<typeof replaySchema>;
