import { startCourier } from './courier.ts';
import type { Courier, CourierParts } from './courier.ts';
import { createSlots } from './slots.ts';

export type DeliveriesParts = Omit<CourierParts, 'slots'> & {
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
  const courierParts = { ...parts, slots: createSlots(parallel) };
  const couriers = new Map<string, Courier>();

  return {
    notify(sessionId) {
      const courier = couriers.get(sessionId);
      if (courier) courier.wake();
      else couriers.set(sessionId, startCourier(courierParts, sessionId));
    },
    async release(sessionId, withinMs = defaultWithinMs) {
      const courier = couriers.get(sessionId);
      if (!courier) return;
      courier.finish();
      const waited = new AbortController();
      const late = clock.sleep(withinMs, waited.signal).catch(() => undefined);
      await Promise.race([courier.done, late]);
      waited.abort();
      courier.abort();
      await courier.done;
      couriers.delete(sessionId);
    },
  };
}
