import { deliveryStates } from '../session/outbox.ts';
import type { Delivery, DueDelivery, Receiver } from '../session/outbox.ts';
import { untriedReceiver } from '../session/receiver-change.ts';
import { webhookEvents } from '../session/session.ts';
import type { Row } from './driver.ts';
import { unseal } from './seal.ts';
import type { SealedPlace } from './seal.ts';

/** Where an event's sealed payload belongs. */
export const payloadPlace = (sessionId: string, eventId: string): SealedPlace => [
  sessionId,
  'outbox',
  eventId,
];

/** A delivery in a row of `outbox`. Throws TypeError when it is not one. */
export const deliveryOf = (row: Row): Delivery => ({
  id: text(row, 'event_id'),
  type: oneOf(row, 'event', webhookEvents),
  state: oneOf(row, 'state', deliveryStates),
  createdAt: new Date(whole(row, 'created_at')),
  attempts: whole(row, 'attempts'),
  lastAttemptAt: dateOrNull(row, 'last_attempt_at'),
  lastError: row['last_error'] === null ? null : text(row, 'last_error'),
});

/** A pending event in a row of `outbox`; undefined when its payload is damaged. Throws TypeError. */
export function dueDeliveryOf(row: Row, firstExpiryAt: Date | null): DueDelivery | undefined {
  const { id, type, createdAt, attempts } = deliveryOf(row);
  const payload = row['payload'];
  const place = payloadPlace(text(row, 'session_id'), id);
  const bytes = payload instanceof Uint8Array ? unseal(payload, place) : undefined;
  if (!bytes) return undefined;
  const body = Buffer.from(bytes).toString();
  const expiresAt = dateOrNull(row, 'expires_at');
  return { id, type, body, createdAt, expiresAt, attempts, firstExpiryAt };
}

/** A receiver in a row of `receivers`; without one, one that was never tried. Throws TypeError. */
export const receiverOf = (row: Row | undefined): Receiver =>
  row
    ? {
        url: row['url'] === null ? null : text(row, 'url'),
        failures: whole(row, 'failures'),
        failingSince: dateOrNull(row, 'failing_since'),
        nextAttemptAt: dateOrNull(row, 'next_attempt_at'),
        turnedOffAt: dateOrNull(row, 'turned_off_at'),
        dropped: whole(row, 'dropped'),
      }
    : untriedReceiver;

const dateOrNull = (row: Row, column: string): Date | null =>
  row[column] === null ? null : new Date(whole(row, column));

function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column}`);
  return value;
}

function whole(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TypeError(`column ${column}`);
  return value;
}

function oneOf<T>(row: Row, column: string, words: readonly T[]): T {
  const word = words.find((known) => known === row[column]);
  if (word === undefined) throw new TypeError(`column ${column}`);
  return word;
}
