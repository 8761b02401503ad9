import { redactUrl } from '../domain/redact.ts';
import { untriedReceiver } from '../domain/receiver.ts';
import type { NamedWebhook, Session, Webhook } from '../domain/session.ts';
import { namedWebhookRecord } from './session-record.ts';
import type { DeliveriesRecord, DeliveryRecord, TestRecord, WebhookRecord } from './delivery-schema.ts';
import type { Delivery, DeliveryList, TestAnswer } from '../domain/delivery.ts';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A webhook as scripts see it, and how its receiver is doing. */
export function webhookRecord(
  webhook: NamedWebhook,
  { pending, receiver }: Omit<DeliveryList, 'deliveries'>,
): WebhookRecord {
  const { failingSince, turnedOffAt } = receiver.url === webhook.url ? receiver : untriedReceiver;
  return {
    ...namedWebhookRecord(webhook),
    pending,
    dropped: receiver.dropped,
    failing_since: time(failingSince),
    turned_off_at: time(turnedOffAt),
  };
}

/** The deliveries of one webhook as scripts see them. */
export function deliveriesRecord(
  id: string,
  name: string,
  webhook: Webhook | null,
  { deliveries, pending, receiver }: DeliveryList,
): DeliveriesRecord {
  const isAbout = webhook !== null && receiver.url === webhook.url;
  const nextAttemptAt = isAbout ? receiver.nextAttemptAt : null;
  const next = deliveries.find(({ state }) => state === 'pending');
  return {
    id,
    name,
    url: webhook && redactUrl(webhook.url),
    pending,
    dropped: receiver.dropped,
    failing_since: isAbout ? time(receiver.failingSince) : null,
    turned_off_at: isAbout ? time(receiver.turnedOffAt) : null,
    deliveries: deliveries.map((delivery) => ({
      ...deliveryRecord(delivery),
      // Those behind it wait for it.
      next_attempt_at: delivery === next ? time(nextAttemptAt) : null,
    })),
  };
}

const deliveryRecord = (delivery: Delivery): Omit<DeliveryRecord, 'next_attempt_at'> => ({
  webhook_id: delivery.id,
  type: delivery.type,
  state: delivery.state,
  created_at: delivery.createdAt.toISOString(),
  attempts: delivery.attempts,
  last_attempt_at: time(delivery.lastAttemptAt),
  last_error: delivery.lastError,
});

/** How a receiver took a test, as scripts see it. */
export const testRecord = ({ id }: Session, name: string, answer: TestAnswer): TestRecord => ({
  id,
  name,
  webhook_id: answer.id,
  type: 'webhook.test',
  delivered: answer.error === null,
  http_status: answer.httpStatus,
  error: answer.error,
  duration_ms: answer.durationMs,
  signed: answer.isSigned,
});
