import type { Box } from './box.ts';
import type { WebhookEvent } from './session.ts';

/** How many undelivered events a box may have; beyond that the oldest are dropped and counted. */
export const pendingLimit = 10_000;

/** How many finished deliveries of each outcome are kept: those that can be replayed as many as one outbox may have. */
export const finishedLimits = { delivered: 1_000, failed: pendingLimit, expired: 50 } as const;

/** How long the content of a finished delivery is kept, so that it can be replayed. What expires is never kept. */
export const contentKeptMs = 72 * 3_600_000;

/** An event on its way to a webhook. */
export type OutboxEvent = {
  /** The header webhook-id: the same at each attempt, so that a receiver knows what it has already had. */
  readonly id: string;
  readonly type: WebhookEvent;
  /** The request's body, the same at each attempt. May hold a secret (a QR, a code) or a message. */
  readonly body: string;
  readonly createdAt: Date;
  /**
   * After this time the body is useless, so it is erased instead of delivered. By the clock, even if that jumps: losing a
   * QR, which the next one replaces, is better than keeping a secret for too long.
   */
  readonly expiresAt: Date | null;
};

/** `failed`: refused, or given up. `expired`: its QR or code had run out before it could be delivered. */
export const deliveryStates = ['pending', 'delivered', 'failed', 'expired'] as const;

export type DeliveryState = (typeof deliveryStates)[number];

/** The state of an event's delivery. */
export type Delivery = {
  readonly id: string;
  /** Null if the stored event cannot be read, which makes it failed. */
  readonly type: WebhookEvent | null;
  readonly state: DeliveryState;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly lastAttemptAt: Date | null;
  /** Why the last attempt failed; neither a secret nor an answer's body is in it. */
  readonly lastError: string | null;
};

/** Which finished deliveries to send again: those that fit all of it. */
export type ReplaySelection = {
  /** Made at this time, or later. */
  readonly since?: Date;
  /** This one alone. */
  readonly eventId?: string;
  readonly onlyFailed?: boolean;
};

/** The state of one receiver of a session's events. */
export type Receiver = {
  /** The address that all of this is about; null when it was never tried. */
  readonly url: string | null;
  /** Failed attempts since one got through. */
  readonly failures: number;
  readonly failingSince: Date | null;
  /** How long it has been waited for in that time, as receiver-change.ts measures it. */
  readonly failedMs: number;
  /** For how long of that every answer was that of a server with no such address; null: the last one was not. */
  readonly absentMs: number | null;
  /** Not before; null: at once. */
  readonly nextAttemptAt: Date | null;
  /** From the last attempt until `nextAttemptAt`. */
  readonly waitMs: number;
  /** It answered 410: nothing more is kept for that address. */
  readonly turnedOffAt: Date | null;
  /** Events lost since the session was made: there were more than `pendingLimit`, or they could not be read. */
  readonly dropped: number;
};

/** The next event, with everything needed to send it. */
export type DueDelivery = OutboxEvent & {
  readonly attempts: number;
  /** When the first of all pending events expires. */
  readonly firstExpiryAt: Date | null;
};

/** How an attempt at `url` ended, and what follows. */
export type AttemptOutcome =
  | { readonly kind: 'delivered'; readonly url: string }
  /** The receiver does not want this one: the next one's turn. */
  | { readonly kind: 'refused'; readonly url: string; readonly error: string }
  | {
      readonly kind: 'retry';
      readonly url: string;
      readonly error: string;
      /** Until the next attempt. */
      readonly waitMs: number;
      /** It answered like a server that has no such address. */
      readonly isAbsent?: boolean;
    }
  /** 410: everything pending is given up. */
  | { readonly kind: 'gone'; readonly url: string; readonly error: string };

/** An attempt at the event `eventId`. */
export type DeliveryAttempt = Box & {
  readonly eventId: string;
  readonly outcome: AttemptOutcome;
};

export type DeliveryList = {
  /** Finished ones, the newest `limit`, then pending ones, the next `limit`; all in order. */
  readonly deliveries: readonly Delivery[];
  readonly pending: number;
  readonly receiver: Receiver;
};

/** How a receiver took a `webhook.test` event. */
export type TestAnswer = {
  /** The header webhook-id. */
  readonly id: string;
  /** Null when there was no answer. */
  readonly httpStatus: number | null;
  /** Null when it was taken. */
  readonly error: string | null;
  readonly durationMs: number;
  readonly isSigned: boolean;
};
