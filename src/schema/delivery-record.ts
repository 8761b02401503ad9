import { redactUrl } from '../domain/redact.ts';
import type { Session } from '../domain/session.ts';
import type { DeliveriesRecord, DeliveryRecord, TestRecord } from './delivery-schema.ts';
import type { Delivery, DeliveryList, TestAnswer } from '../domain/delivery.ts';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** The webhook deliveries of a session as scripts see them. */
export function deliveriesRecord(
  { id, webhook }: Session,
  { deliveries, pending, receiver }: DeliveryList,
): DeliveriesRecord {
  const isAbout = webhook !== null && receiver.url === webhook.url;
  const nextAttemptAt = isAbout ? receiver.nextAttemptAt : null;
  const next = deliveries.find(({ state }) => state === 'pending');
  return {
    id,
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
export const testRecord = ({ id }: Session, answer: TestAnswer): TestRecord => ({
  id,
  webhook_id: answer.id,
  type: 'webhook.test',
  delivered: answer.error === null,
  http_status: answer.httpStatus,
  error: answer.error,
  duration_ms: answer.durationMs,
  signed: answer.isSigned,
});
