import type { DeliveriesRecord, TestRecord } from './delivery-record.ts';
import { JsonFields } from './json-fields.ts';
import { webhookEvents } from '../domain/session.ts';
import { deliveryStates } from '../domain/delivery.ts';

const time = (fields: JsonFields, name: string): string | null =>
  fields.dateOrNull(name)?.toISOString() ?? null;

/** Reverses `deliveriesRecord`. Throws UsageError. */
export function parseDeliveriesRecord(value: unknown): DeliveriesRecord {
  const record = new JsonFields(value);
  return {
    id: record.text('id'),
    url: record.textOrNull('url'),
    pending: record.count('pending'),
    dropped: record.count('dropped'),
    failing_since: time(record, 'failing_since'),
    turned_off_at: time(record, 'turned_off_at'),
    deliveries: record.list('deliveries').map((one) => {
      const delivery = new JsonFields(one);
      return {
        webhook_id: delivery.text('webhook_id'),
        type: delivery.textOrNull('type') === null ? null : delivery.word('type', webhookEvents),
        state: delivery.word('state', deliveryStates),
        created_at: delivery.date('created_at').toISOString(),
        attempts: delivery.count('attempts'),
        last_attempt_at: time(delivery, 'last_attempt_at'),
        last_error: delivery.textOrNull('last_error'),
        next_attempt_at: time(delivery, 'next_attempt_at'),
      };
    }),
  };
}

/** Reverses `testRecord`. Throws UsageError. */
export function parseTestRecord(value: unknown): TestRecord {
  const record = new JsonFields(value);
  return {
    id: record.text('id'),
    webhook_id: record.text('webhook_id'),
    type: record.word('type', ['webhook.test']),
    delivered: record.flag('delivered'),
    http_status: record.numberOrNull('http_status'),
    error: record.textOrNull('error'),
    duration_ms: record.number('duration_ms'),
    signed: record.flag('signed'),
  };
}
