import type { Box } from '../domain/box.ts';
import type {
  AttemptOutcome,
  DeliveryList,
  DueDelivery,
  Receiver,
  ReplaySelection,
} from '../domain/delivery.ts';

/**
 * Webhook events until their receiver has accepted them, in order within a box. Every method is one
 * transaction: an event that a holder has appended (`SessionStore.under`) is delivered at least once, whatever happens to the process.
 * `record` survives a power loss only once a later write to the store is durable: it is the word of whoever has made the attempt, and
 * needs no lease. Removing a session removes its events. Contract suite: test/contract/outbox.ts.
 */
export interface Outbox {
  /**
   * The oldest pending event that has not expired; expired ones lose their body now. `onDamaged` is called for each
   * event that could not be read: it has failed, and is counted in `dropped`.
   */
  next(box: Box, onDamaged?: () => void): Promise<DueDelivery | undefined>;
  /** The boxes with pending events whose next attempt is due, sorted by session and receiver. */
  due(): Promise<Box[]>;
  /** The receivers that events of a session are pending for, sorted. */
  receivers(sessionId: string): Promise<string[]>;
  /** How many events are pending, of the sessions that have any. */
  waiting(): Promise<ReadonlyMap<string, number>>;
  receiver(box: Box): Promise<Receiver>;
  /**
   * Records an attempt at the event `id`, unless the event is gone meanwhile, and what the attempt says about the
   * receiver.
   */
  record(box: Box, id: string, outcome: AttemptOutcome): Promise<void>;
  /** The address works (again): appended events are kept and tried at once. */
  turnOn(box: Box, url: string): Promise<void>;
  /** Pending events no longer wait for their next attempt. */
  retryNow(box: Box): Promise<void>;
  /**
   * Makes delivered and failed events pending again whose content is still kept (`contentKeptMs`), as many as there is room
   * for: they are tried at once, in their order, before those behind them. Resolves to how many they are.
   */
  replay(box: Box, which: ReplaySelection): Promise<number>;
  /** Erases the contents that were kept for long enough; attempts do so by the way. */
  forget(): Promise<void>;
  list(box: Box, limit: number): Promise<DeliveryList>;
  /** Removes the pending events: the webhook was removed. */
  clear(box: Box): Promise<void>;
  /** Removes everything of a box: its name may be given to another receiver. */
  remove(box: Box): Promise<void>;
}
