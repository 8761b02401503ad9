import type { SessionStatus } from '../domain/session.ts';
import { startDeliveries } from './deliveries.ts';
import type { DeliveriesParts } from './deliveries.ts';

export type OrphanDeliveriesParts = DeliveriesParts & {
  /** The sessions that some process holds: that process delivers their events. */
  readonly held: () => Promise<ReadonlyMap<string, SessionStatus>>;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Takes a sentence about a failure, without secrets. */
  readonly warn: (sentence: string) => void;
};

const lookEveryMs = 30_000;
/** How long one session may delay the next pass over the others. */
const passMs = 60_000;

/**
 * Delivers the due events of sessions that no process holds any more, every half a minute: the receiver still learns of
 * a session that was unlinked while the receiver was down. If another process takes the session meanwhile, the same
 * event may arrive from both.
 */
export async function deliverOrphans(parts: OrphanDeliveriesParts): Promise<void> {
  const { outbox, held, clock, signal, warn } = parts;
  const deliveries = startDeliveries(parts);
  const pass = async (id: string): Promise<void> => {
    const stop = (): void => void deliveries.release(id, 0);
    signal.addEventListener('abort', stop, { once: true });
    deliveries.notify(id);
    await deliveries.release(id, passMs);
    signal.removeEventListener('abort', stop);
  };
  while (!signal.aborted) {
    try {
      const due = await outbox.due();
      const live = due.length === 0 ? new Map() : await held();
      await Promise.all(due.filter((id) => !live.has(id)).map(pass));
    } catch (error) {
      warn(
        `cannot look for pending webhook deliveries: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}
