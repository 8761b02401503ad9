import { randomUUID } from 'node:crypto';
import { startDeliveryWorker, storePauseMs } from './delivery-worker.ts';
import type { DeliveryWorker, DeliveryWorkerParts, Permission } from './delivery-worker.ts';
import type { DeliveryClaims } from '../ports/delivery-claims.ts';
import { firstBox } from '../domain/box.ts';
import type { Box } from '../domain/box.ts';
import { Slots } from '../domain/slots.ts';

export type DeliveriesParts = Omit<DeliveryWorkerParts, 'slots'> & {
  readonly claims: DeliveryClaims;
  /** How many requests run at once, over all boxes. */
  readonly parallel?: number;
};

/**
 * Delivers the boxes of sessions: one request at a time for each, many at once. A process has one of these, so that a box
 * has one deliverer there, whoever asks for it. Between processes the lease on the session decides, and while no process has one, a
 * claim on the box: none is made under a lease, and who takes a session waits for the delivery under a claim that was made before.
 */
export type Deliveries = {
  /** Call it when an event of a session that this process holds was appended. */
  notify(box: Box): void;
  /** Call it when this process takes the session, and when its webhooks were changed. */
  look(sessionId: string): void;
  /**
   * Call it before the session is let go: delivers the due events without waiting for retries, for at most `withinMs`.
   * Once it resolves, this process sends nothing more for the session; the rest stays in the outbox.
   */
  release(sessionId: string, withinMs?: number): Promise<void>;
  /**
   * Delivers what is due of a box whose session no process holds. Does nothing while this process delivers for the box
   * anyway, or another process does; when this process takes the session meanwhile, the rest is delivered as its own.
   */
  deliverLeft(box: Box, limits: LeftLimits): Promise<void>;
};

/** When to stop delivering for a session that no process holds. */
export type LeftLimits = {
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** The lease that a process which was killed has left behind. */
  readonly deadLease: string | undefined;
};

type Holding = {
  looks: Promise<unknown>;
  readonly leaves: AbortController;
  /** The receivers for which no other process delivers any more. */
  readonly alone: Set<string>;
};

const defaultWithinMs = 5_000;
const defaultParallel = 32;
/** Longer than an attempt may take. A process that was killed holds the others up for so long. */
const claimMs = 60_000;
/** How often to look whether another process has ended the delivery under way. */
const claimPauseMs = 500;

export function startDeliveries(parts: DeliveriesParts): Deliveries {
  const { outbox, claims, clock, parallel = defaultParallel } = parts;
  const claimId = randomUUID();
  const workerParts = { ...parts, slots: new Slots(parallel) };
  /** By session and receiver. */
  const workers = new Map<string, Map<string, DeliveryWorker>>();
  /** The sessions that this process holds. */
  const held = new Map<string, Holding>();
  const leaving = new Set<string>();

  const workerOf = ({ sessionId, receiver }: Box): DeliveryWorker | undefined =>
    workers.get(sessionId)?.get(receiver);
  const permissionOfHolder = async (box: Box, { alone }: Holding): Promise<Permission> => {
    if (alone.has(box.receiver)) return 'as before';
    if (await claims.isClaimed(box, claimId))
      return { until: new Date(clock.now().getTime() + claimPauseMs) };
    alone.add(box.receiver);
    return 'anew';
  };
  const start = (box: Box, left?: Pick<LeftLimits, 'deadLease'>): DeliveryWorker => {
    const { sessionId, receiver } = box;
    const permission = async (): Promise<Permission> => {
      const holding = held.get(sessionId);
      if (holding) return permissionOfHolder(box, holding);
      if (!left) return 'as before';
      const claimed = await claims.claim(box, claimId, claimMs, left.deadLease);
      return claimed === 'kept' ? 'as before' : claimed === 'new' ? 'anew' : { until: null };
    };
    const worker = startDeliveryWorker(workerParts, box, permission);
    const all = workers.get(sessionId) ?? new Map<string, DeliveryWorker>();
    workers.set(sessionId, all.set(receiver, worker));
    void worker.done.then(() => {
      all.delete(receiver);
      if (all.size === 0 && workers.get(sessionId) === all) workers.delete(sessionId);
      if (held.has(sessionId)) start(box);
    });
    return worker;
  };
  const hold = (sessionId: string): Holding => {
    const holding = held.get(sessionId) ?? {
      looks: Promise.resolve(),
      leaves: new AbortController(),
      alone: new Set(),
    };
    held.set(sessionId, holding);
    return holding;
  };
  const notify = (box: Box): void => {
    const { sessionId } = box;
    if (leaving.has(sessionId)) return;
    hold(sessionId);
    const worker = workerOf(box);
    if (worker) worker.wake();
    else start(box);
  };
  /** Wakes the worker of each receiver that something is pending for. Tries again while the store fails. */
  const lookAround = async (sessionId: string, leaves: AbortSignal): Promise<void> => {
    do {
      try {
        for (const receiver of await outbox.receivers(sessionId)) notify({ sessionId, receiver });
        return;
      } catch (error) {
        if (!leaves.aborted) parts.onError(firstBox(sessionId), error);
        await clock.sleep(storePauseMs, leaves).catch(() => undefined);
      }
    } while (!leaves.aborted);
  };
  const ended = async (done: Promise<unknown>, withinMs: number, signal?: AbortSignal): Promise<void> => {
    const waited = new AbortController();
    const stop = (): void => waited.abort();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    const late = clock.sleep(withinMs, waited.signal).catch(() => undefined);
    await Promise.race([done, late]);
    waited.abort();
    signal?.removeEventListener('abort', stop);
  };

  return {
    notify,
    look(sessionId) {
      if (leaving.has(sessionId)) return;
      const holding = hold(sessionId);
      holding.looks = Promise.all([holding.looks, lookAround(sessionId, holding.leaves.signal)]);
      for (const worker of workers.get(sessionId)?.values() ?? []) worker.wake();
    },
    async release(sessionId, withinMs = defaultWithinMs) {
      const holding = held.get(sessionId);
      holding?.leaves.abort();
      await holding?.looks;
      held.delete(sessionId);
      const all = [...(workers.get(sessionId)?.values() ?? [])];
      if (all.length === 0) return;
      leaving.add(sessionId);
      const done = Promise.all(all.map((worker) => worker.done));
      if (withinMs > 0) {
        for (const worker of all) worker.finish();
        await ended(done, withinMs);
      }
      for (const worker of all) worker.abort();
      await done;
      leaving.delete(sessionId);
    },
    async deliverLeft(box, { withinMs, signal, deadLease }) {
      if (workerOf(box) || signal.aborted) return;
      const worker = start(box, { deadLease });
      const unclaim = (): Promise<void> => claims.release(box, claimId);
      worker.done.then(unclaim).catch((error: unknown) => parts.onError(box, error));
      worker.finish();
      await ended(worker.done, withinMs, signal);
      if (held.has(box.sessionId)) return;
      worker.abort();
      await worker.done;
    },
  };
}
