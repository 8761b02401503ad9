import type { Clock } from '../ports/clock.ts';
import type { Leases } from '../ports/leases.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { SessionStatus } from '../domain/session.ts';
import type { Deliveries } from './deliveries.ts';

export type LeftDeliveriesParts = Pick<Deliveries, 'deliverLeft'> & {
  readonly outbox: Pick<Outbox, 'due' | 'forget'>;
  readonly leases: Pick<Leases, 'leases'>;
  /** The sessions that some process holds: that process delivers their events. */
  readonly held: () => Promise<ReadonlyMap<string, SessionStatus>>;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Takes a sentence about a failure, without secrets. */
  readonly warn: (sentence: string) => void;
};

const lookEveryMs = 30_000;
/** How long one receiver may delay the next pass over the others. */
const withinMs = 60_000;

/**
 * Delivers the due events of sessions that no process holds any more, every half a minute: the receiver still learns of
 * a session that was unlinked while the receiver was down. It ends with the delivery under way when a process takes the
 * session.
 */
export async function deliverLeftEvents(parts: LeftDeliveriesParts): Promise<void> {
  const { outbox, leases, held, clock, signal, warn } = parts;
  while (!signal.aborted) {
    try {
      await outbox.forget();
      const due = await outbox.due();
      if (due.length > 0) {
        // A process that was killed leaves its lease behind; one that takes the session has a new one.
        const dead = new Map((await leases.leases()).map(({ sessionId, leaseId }) => [sessionId, leaseId]));
        const live = await held();
        const left = due.filter(({ sessionId }) => !live.has(sessionId));
        await Promise.all(
          left.map((box) => parts.deliverLeft(box, { withinMs, signal, deadLease: dead.get(box.sessionId) })),
        );
      }
    } catch (error) {
      warn(
        `cannot look for pending webhook deliveries: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}
