import type { OutboxEvent, DueDelivery, Receiver, AttemptOutcome, DeliveryList } from '../domain/delivery.ts';

/** How many undelivered events a session may have; of more, the oldest are dropped, and counted. */
export const pendingLimit = 10_000;

/** How many finished deliveries of each outcome are remembered for `webhook list`, without what was in them. */
export const finishedLimit = 50;

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
