import { startDeliveryWorker } from './delivery-worker.ts';
import type { DeliveryWorker, DeliveryWorkerParts } from './delivery-worker.ts';
import { Slots } from '../domain/slots.ts';

export type DeliveriesParts = Omit<DeliveryWorkerParts, 'slots'> & {
  /** How many requests run at once, over all sessions. */
  readonly parallel?: number;
};

/**
 * Delivers the outboxes of sessions: one request at a time for each, many at once. A process has one of these, so that
 * an outbox has one deliverer there, whoever asks for it.
 */
export type Deliveries = {
  /** Call it when this process takes the session, when an event was appended, and when its webhook was changed. */
  notify(sessionId: string): void;
  /**
   * Call it before the session is let go: delivers the due events without waiting for retries, for at most `withinMs`.
   * Once it resolves, this process sends nothing more for the session; the rest stays in the outbox.
   */
  release(sessionId: string, withinMs?: number): Promise<void>;
  /**
   * Delivers what is due of a session that no process holds. Does nothing while this process delivers for the session
   * anyway; when this process takes the session meanwhile, the rest is delivered as its own.
   */
  deliverLeft(sessionId: string, limits: LeftLimits): Promise<void>;
};

/** When to stop delivering for a session that no process holds. */
export type LeftLimits = {
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** Asked before each delivery: whether still no process holds the session. */
  readonly isFree: () => Promise<boolean>;
};

const defaultWithinMs = 5_000;
const defaultParallel = 32;

export function startDeliveries(parts: DeliveriesParts): Deliveries {
  const { clock, parallel = defaultParallel } = parts;
  const workerParts = { ...parts, slots: new Slots(parallel) };
  const workers = new Map<string, DeliveryWorker>();
  /** The sessions that this process holds. */
  const held = new Set<string>();
  const leaving = new Set<string>();

  const start = (sessionId: string, isFree?: LeftLimits['isFree']): DeliveryWorker => {
    const mayDeliver = async (): Promise<boolean> => held.has(sessionId) || !isFree || (await isFree());
    const worker = startDeliveryWorker(workerParts, sessionId, mayDeliver);
    workers.set(sessionId, worker);
    void worker.done.then(() => {
      workers.delete(sessionId);
      if (held.has(sessionId)) start(sessionId);
    });
    return worker;
  };
  const ended = async (worker: DeliveryWorker, withinMs: number, signal?: AbortSignal): Promise<void> => {
    const waited = new AbortController();
    const stop = (): void => waited.abort();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    const late = clock.sleep(withinMs, waited.signal).catch(() => undefined);
    await Promise.race([worker.done, late]);
    waited.abort();
    signal?.removeEventListener('abort', stop);
  };

  return {
    notify(sessionId) {
      if (leaving.has(sessionId)) return;
      held.add(sessionId);
      const worker = workers.get(sessionId);
      if (worker) worker.wake();
      else start(sessionId);
    },
    async release(sessionId, withinMs = defaultWithinMs) {
      held.delete(sessionId);
      const worker = workers.get(sessionId);
      if (!worker) return;
      leaving.add(sessionId);
      worker.finish();
      await ended(worker, withinMs);
      worker.abort();
      await worker.done;
      leaving.delete(sessionId);
    },
    async deliverLeft(sessionId, { withinMs, signal, isFree }) {
      if (workers.has(sessionId) || signal.aborted) return;
      const worker = start(sessionId, isFree);
      worker.finish();
      await ended(worker, withinMs, signal);
      if (held.has(sessionId)) return;
      worker.abort();
      await worker.done;
    },
  };
}
