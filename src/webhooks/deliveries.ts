import { startDeliveryWorker } from './delivery-worker.ts';
import type { DeliveryWorker, DeliveryWorkerParts } from './delivery-worker.ts';
import { Slots } from '../domain/slots.ts';

export type DeliveriesParts = Omit<DeliveryWorkerParts, 'slots'> & {
  /** How many requests run at once, over all sessions. */
  readonly parallel?: number;
};

/** Delivers the outboxes of the sessions that this process holds: one request at a time for each, many at once. */
export type Deliveries = {
  /** Call it when this process takes the session, when an event was appended, and when its webhook was changed. */
  notify(sessionId: string): void;
  /**
   * Call it before the session is let go: delivers the due events without waiting for retries, for at most `withinMs`.
   * Once it resolves, this process sends nothing more for the session; the rest stays in the outbox.
   */
  release(sessionId: string, withinMs?: number): Promise<void>;
};

const defaultWithinMs = 5_000;
const defaultParallel = 32;

export function startDeliveries(parts: DeliveriesParts): Deliveries {
  const { clock, parallel = defaultParallel } = parts;
  const workerParts = { ...parts, slots: new Slots(parallel) };
  const workers = new Map<string, DeliveryWorker>();

  return {
    notify(sessionId) {
      const worker = workers.get(sessionId);
      if (worker) worker.wake();
      else workers.set(sessionId, startDeliveryWorker(workerParts, sessionId));
    },
    async release(sessionId, withinMs = defaultWithinMs) {
      const worker = workers.get(sessionId);
      if (!worker) return;
      worker.finish();
      const waited = new AbortController();
      const late = clock.sleep(withinMs, waited.signal).catch(() => undefined);
      await Promise.race([worker.done, late]);
      waited.abort();
      worker.abort();
      await worker.done;
      workers.delete(sessionId);
    },
  };
}
