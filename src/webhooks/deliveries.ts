import { startDeliveryWorker } from './delivery-worker.ts';
import type { DeliveryWorker, DeliveryWorkerParts } from './delivery-worker.ts';
import { createSlots } from './slots.ts';

export type DeliveriesParts = Omit<DeliveryWorkerParts, 'slots'> & {
  /** Requests at once, of all sessions together. */
  readonly parallel?: number;
};

/** Delivers the outboxes of the sessions that this process holds: one request at a time for each, many at once. */
export type Deliveries = {
  /** Call it when the session becomes held here, when something was appended, when its webhook was changed. */
  notify(sessionId: string): void;
  /**
   * Before the session is let go of: delivers what is due, without waiting for anything, for at most `withinMs`.
   * When this resolves nothing more is sent for it from here; what is left stays in the outbox.
   */
  release(sessionId: string, withinMs?: number): Promise<void>;
};

const defaultWithinMs = 5_000;
const defaultParallel = 32;

export function startDeliveries(parts: DeliveriesParts): Deliveries {
  const { clock, parallel = defaultParallel } = parts;
  const workerParts = { ...parts, slots: createSlots(parallel) };
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
