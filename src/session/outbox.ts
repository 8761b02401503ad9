import type { WebhookEvent } from './session.ts';

/** How many undelivered events a session may have; of more, the oldest are dropped, and counted. */
export const pendingLimit = 10_000;

/** How many finished deliveries of each outcome are remembered for `webhook list`, without what was in them. */
export const finishedLimit = 50;

/** An event on its way to a webhook. */
export type OutboxEvent = {
  /** The header webhook-id: the same at each attempt, so that a receiver knows what it has already had. */
  readonly id: string;
  readonly type: WebhookEvent;
  /** The request's body, the same at each attempt. May hold a secret (a QR, a code) or a message. */
  readonly body: string;
  readonly createdAt: Date;
  /**
   * Of no use afterwards: its body is then forgotten instead of delivered. By the clock, also by one that jumps: rather a
   * QR is lost, which the next one replaces, than a secret kept for too long.
   */
  readonly expiresAt: Date | null;
};

/** `failed`: refused, or given up. `expired`: its QR or code had run out before it could be delivered. */
export const deliveryStates = ['pending', 'delivered', 'failed', 'expired'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** What became of an event so far. */
export type Delivery = {
  readonly id: string;
  /** Null when what is stored of it can't be read: it has failed then. */
  readonly type: WebhookEvent | null;
  readonly state: DeliveryState;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly lastAttemptAt: Date | null;
  /** Why the last attempt failed; neither a secret nor an answer's body is in it. */
  readonly lastError: string | null;
};

/** What is known of the other end of a session's webhook. */
export type Receiver = {
  /** The address that all of this is about; null when it was never tried. */
  readonly url: string | null;
  /** Failed attempts since one got through. */
  readonly failures: number;
  readonly failingSince: Date | null;
  /** How long it has been waited for in that time, as receiver-change.ts measures it. */
  readonly failedMs: number;
  /** Not before; null: at once. */
  readonly nextAttemptAt: Date | null;
  /** From the last attempt until `nextAttemptAt`. */
  readonly waitMs: number;
  /** It answered 410: nothing more is kept for that address. */
  readonly turnedOffAt: Date | null;
  /** Events lost since the session was made: there were more than `pendingLimit`, or they could not be read. */
  readonly dropped: number;
};

/** The event that is next, with what it takes to send it. */
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
    }
  /** 410: everything pending is given up. */
  | { readonly kind: 'gone'; readonly url: string; readonly error: string };

export type DeliveryList = {
  /** Finished ones, the newest `limit`, then pending ones, the next `limit`; all in order. */
  readonly deliveries: readonly Delivery[];
  readonly pending: number;
  readonly receiver: Receiver;
};

/**
 * Webhook events until their receiver has taken them, in order within a session. Every method is one durable
 * transaction, as in SessionStore: what was appended is delivered at least once, whatever happens to the process.
 * All of a session's events go when the session is removed. Contract suite: test/contract/outbox.ts.
 */
export interface Outbox {
  /**
   * Adds events behind those that are there. Nothing is kept when `url` is the address that answered 410. Answers
   * with how many old ones were dropped for them. Throws `not_found`.
   */
  append(sessionId: string, url: string, events: readonly OutboxEvent[]): Promise<number>;
  /**
   * The oldest pending event that has not expired; what has expired loses its body now. `onDamaged` is called for each
   * that could not be read: it has failed, and is counted in `dropped`.
   */
  next(sessionId: string, onDamaged?: () => void): Promise<DueDelivery | undefined>;
  /** The sessions that have pending events whose next attempt is due, sorted. */
  due(): Promise<string[]>;
  receiver(sessionId: string): Promise<Receiver>;
  /** Writes down an attempt at the event `id`, unless that is gone meanwhile, and what it says of the receiver. */
  record(sessionId: string, id: string, outcome: AttemptOutcome): Promise<void>;
  /** The address works (again): what is appended is kept, and tried at once. */
  turnOn(sessionId: string, url: string): Promise<void>;
  /** What waits for its next attempt waits no longer. */
  retryNow(sessionId: string): Promise<void>;
  list(sessionId: string, limit: number): Promise<DeliveryList>;
  /** Forgets what is pending: there is no webhook any more. */
  clear(sessionId: string): Promise<void>;
}

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
