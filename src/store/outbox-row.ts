import { firstReceiver } from '../domain/box.ts';
import type { Box } from '../domain/box.ts';
import type { WaitingEvent } from '../domain/whole-session.ts';
import { untriedReceiver } from '../domain/receiver.ts';
import { webhookEvents } from '../domain/session.ts';
import { WactlError } from '../errors.ts';
import { textIn } from './row-values.ts';
import type { BoundValue, Row } from './row-values.ts';
import type { SealedPlace, SecretSeals } from './seal.ts';
import { deliveryStates } from '../domain/delivery.ts';
import type { Delivery, DueDelivery, Receiver } from '../domain/delivery.ts';

/** The place that an event's payload is sealed to. That of the first receiver dates from when a session had no other. */
export const payloadPlace = ({ sessionId, receiver }: Box, eventId: string): SealedPlace => [
  sessionId,
  receiver === firstReceiver ? 'outbox' : `outbox of ${receiver}`,
  eventId,
];

/** The columns of `outbox`, but for those of its own use. */
export const deliveryFields = [
  'seq',
  'session_id',
  'receiver',
  'event_id',
  'event',
  'payload',
  'state',
  'created_at',
  'expires_at',
  'attempts',
  'last_attempt_at',
  'last_error',
];

/** A delivery in a row of `outbox`. Throws TypeError when it is not one. */
const deliveryIn = (row: Row): Delivery => ({
  id: text(row, 'event_id'),
  type: oneOf(row, 'event', webhookEvents),
  state: oneOf(row, 'state', deliveryStates),
  createdAt: date(row, 'created_at'),
  attempts: whole(row, 'attempts'),
  lastAttemptAt: dateOrNull(row, 'last_attempt_at'),
  lastError: row['last_error'] === null ? null : text(row, 'last_error'),
});

/** The delivery in a row of `outbox`, or a substitute when the row cannot be read. */
export function deliveryOf(row: Row): Delivery {
  try {
    return deliveryIn(row);
  } catch {
    return {
      id: textIn(row['event_id']) ?? `unreadable-${String(row['seq'])}`,
      type: webhookEvents.find((event) => event === row['event']) ?? null,
      state: 'failed',
      createdAt: isTime(row['created_at']) ? new Date(row['created_at']) : new Date(0),
      attempts: 0,
      lastAttemptAt: null,
      lastError: unreadable,
    };
  }
}

/** Why an event was set aside. */
export const unreadable = 'its stored record is damaged';

/** A pending event in a row of `outbox`; undefined when it, or its payload, is damaged. */
export function dueDeliveryOf(
  row: Row,
  firstExpiryAt: Date | null,
  seals: Pick<SecretSeals, 'open'>,
): DueDelivery | undefined {
  try {
    const { id, type, createdAt, attempts } = deliveryIn(row);
    const payload = row['payload'];
    const box = { sessionId: text(row, 'session_id'), receiver: text(row, 'receiver') };
    const place = payloadPlace(box, id);
    const bytes = payload instanceof Uint8Array ? seals.open(payload, place) : undefined;
    if (!bytes || type === null) return undefined;
    const body = Buffer.from(bytes).toString();
    const expiresAt = dateOrNull(row, 'expires_at');
    return { id, type, body, createdAt, expiresAt, attempts, firstExpiryAt };
  } catch (error) {
    // Not a fault of this row: the key, or the file.
    if (error instanceof WactlError) throw error;
    return undefined;
  }
}

/** A pending event with its receiver; undefined when it is damaged. */
export function waitingEventOf(row: Row, seals: Pick<SecretSeals, 'open'>): WaitingEvent | undefined {
  const due = dueDeliveryOf(row, null, seals);
  if (!due) return undefined;
  const { id, type, body, createdAt, expiresAt } = due;
  return { receiver: String(row['receiver']), id, type, body, createdAt, expiresAt };
}

/** The columns of `receivers`, but for its key. */
export const receiverFields = [
  'url',
  'failures',
  'failing_since',
  'failed_ms',
  'absent_ms',
  'next_attempt_at',
  'wait_ms',
  'turned_off_at',
  'dropped',
];

/** A receiver as the values of these columns, in their order. */
export const receiverValues = (it: Receiver): readonly BoundValue[] => [
  it.url,
  it.failures,
  it.failingSince?.getTime() ?? null,
  it.failedMs,
  it.absentMs,
  it.nextAttemptAt?.getTime() ?? null,
  it.waitMs,
  it.turnedOffAt?.getTime() ?? null,
  it.dropped,
];

/**
 * The receiver in a row of `receivers`. Without a row, or with an unreadable one, the receiver counts as never tried.
 */
export function receiverOf(row: Row | undefined): Receiver {
  try {
    if (!row) return untriedReceiver;
    return {
      url: row['url'] === null ? null : text(row, 'url'),
      failures: whole(row, 'failures'),
      failingSince: dateOrNull(row, 'failing_since'),
      failedMs: whole(row, 'failed_ms'),
      absentMs: row['absent_ms'] === null ? null : whole(row, 'absent_ms'),
      nextAttemptAt: dateOrNull(row, 'next_attempt_at'),
      waitMs: whole(row, 'wait_ms'),
      turnedOffAt: dateOrNull(row, 'turned_off_at'),
      dropped: whole(row, 'dropped'),
    };
  } catch {
    return untriedReceiver;
  }
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) <= 8.64e15;

const dateOrNull = (row: Row, column: string): Date | null =>
  row[column] === null ? null : date(row, column);

function date(row: Row, column: string): Date {
  const value = row[column];
  if (!isTime(value)) throw new TypeError(`column ${column}`);
  return new Date(value);
}

function text(row: Row, column: string): string {
  const value = textIn(row[column]);
  if (value === undefined) throw new TypeError(`column ${column}`);
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
