import type { Box } from '../../domain/box.ts';
import { pendingLimit } from '../../domain/delivery.ts';
import type {
  AttemptOutcome,
  DeliveryList,
  DueDelivery,
  OutboxEvent,
  Receiver,
  ReplaySelection,
} from '../../domain/delivery.ts';
import {
  isTurnedOff,
  patienceOf,
  receiverAfter,
  receiverAt,
  workingReceiver,
} from '../../domain/receiver.ts';
import { SessionNotFoundError } from '../../errors.ts';
import type { Outbox } from '../../ports/outbox.ts';
import { deliveryOf, dueDeliveryOf } from '../outbox-row.ts';
import type { SecretSeals } from '../seal.ts';
import { OutboxTable } from './outbox-table.ts';
import type { Seals } from './seals.ts';
import type { Manner, Transactions } from './transactions.ts';

/** The outbox in PostgreSQL. What changes it locks the row of its session first. */
export class PostgresOutbox implements Outbox {
  readonly #transactions: Transactions;
  readonly #seals: Seals;

  constructor(transactions: Transactions, seals: Seals) {
    this.#transactions = transactions;
    this.#seals = seals;
  }

  /** As of EventSink, under this lease. Throws LeaseLostError. */
  append(box: Box, url: string, events: readonly OutboxEvent[], leaseId: string): Promise<number> {
    // Durable by itself: the server may crash before the keys of a message are stored, and those are then stored again.
    return this.#transactions.write([box.sessionId], async (statements, now) => {
      const table = new OutboxTable(statements);
      if (!(await table.lock(box.sessionId, leaseId))) throw new SessionNotFoundError(box.sessionId);
      const receiver = await table.readReceiver(box);
      if (isTurnedOff(receiver, url)) return 0;
      const { failedMs } = receiverAt(receiver, url);
      const seals = await this.#seals.sealing(statements, now);
      const excess = Math.max(0, (await table.insert(box, events, failedMs, seals)) - pendingLimit);
      if (excess > 0) {
        await table.dropOldest(box, excess);
        await table.writeReceiver(box, { ...receiver, dropped: receiver.dropped + excess });
      }
      return excess;
    });
  }

  async next(box: Box, onDamaged: () => void = () => undefined): Promise<DueDelivery | undefined> {
    for (;;) {
      const found = await this.#transactions.read([box.sessionId], async (statements, now) => {
        const first = await new OutboxTable(statements).first(box);
        if (!first) return undefined;
        const { row, firstExpiryAt } = first;
        const isLate = firstExpiryAt !== null && firstExpiryAt <= now;
        const open = (seals: SecretSeals) => dueDeliveryOf(row, firstExpiryAt, seals);
        return { row, isLate, due: isLate ? undefined : await this.#seals.opening(statements, open) };
      });
      if (!found) return undefined;
      if (found.isLate) {
        await this.#change(box, (table, later) => table.expire(box, later));
        continue;
      }
      if (found.due) return found.due;
      // One unreadable event must not block those behind it.
      const isSetAside = await this.#change(box, (table, later) =>
        table.setAside(box, Number(found.row['seq']), later),
      );
      if (isSetAside) onDamaged();
    }
  }

  due(): Promise<Box[]> {
    return this.#transactions.read(undefined, (statements, now) => new OutboxTable(statements).due(now));
  }

  receivers(sessionId: string): Promise<string[]> {
    return this.#transactions.read([sessionId], (statements) =>
      new OutboxTable(statements).receivers(sessionId),
    );
  }

  waiting(): Promise<ReadonlyMap<string, number>> {
    return this.#transactions.read(undefined, (statements) => new OutboxTable(statements).countAllPending());
  }

  receiver(box: Box): Promise<Receiver> {
    return this.#transactions.read([box.sessionId], (statements) =>
      new OutboxTable(statements).readReceiver(box),
    );
  }

  async record(box: Box, id: string, outcome: AttemptOutcome): Promise<void> {
    const work = async (table: OutboxTable, now: Date): Promise<void> => {
      await table.forget(now);
      const seq = await table.noteAttempt(box, id, now, outcome.kind === 'delivered' ? null : outcome.error);
      const receiver = receiverAfter(await table.readReceiver(box), outcome, now);
      await table.writeReceiver(box, receiver);
      switch (outcome.kind) {
        case 'delivered':
        case 'refused':
          if (seq === undefined) return;
          return table.finish(box, seq, outcome.kind === 'delivered' ? 'delivered' : 'failed', now);
        case 'gone':
          return table.giveUp(box, Number.MAX_SAFE_INTEGER, outcome.error, now);
        case 'retry':
          return table.giveUp(box, receiver.failedMs - patienceOf(receiver), outcome.error, now);
      }
    };
    // Waiting for the disk after each of many deliveries would take longer than the deliveries.
    await this.#change(box, work, 'loose');
  }

  async turnOn(box: Box, url: string): Promise<void> {
    await this.#change(box, async (table) =>
      table.writeReceiver(box, workingReceiver(await table.readReceiver(box), url)),
    );
  }

  async retryNow(box: Box): Promise<void> {
    await this.#change(box, async (table) => {
      const receiver = await table.readReceiver(box);
      if (receiver.nextAttemptAt) await table.writeReceiver(box, { ...receiver, nextAttemptAt: null });
    });
  }

  async replay(box: Box, which: ReplaySelection): Promise<number> {
    const replayed = await this.#change(box, async (table, now) => {
      await table.forget(now);
      const receiver = await table.readReceiver(box);
      const room = Math.max(0, pendingLimit - (await table.countPending(box)));
      const count = await table.replay(box, which, receiver.failedMs, room);
      if (count > 0) await table.writeReceiver(box, { ...receiver, nextAttemptAt: null });
      return count;
    });
    return replayed ?? 0;
  }

  forget(): Promise<void> {
    return this.#transactions.write([], (statements, now) => new OutboxTable(statements).forget(now));
  }

  list(box: Box, limit: number): Promise<DeliveryList> {
    return this.#transactions.snapshot([box.sessionId], async (statements) => {
      const table = new OutboxTable(statements);
      const rows = [...(await table.finished(box, limit)), ...(await table.pending(box, limit))];
      return {
        deliveries: rows.map(deliveryOf),
        pending: await table.countPending(box),
        receiver: await table.readReceiver(box),
      };
    });
  }

  async clear(box: Box): Promise<void> {
    await this.#change(box, (table) => table.deletePending(box));
  }

  async remove(box: Box): Promise<void> {
    await this.#change(box, (table) => table.remove(box));
  }

  /** Undefined, and nothing is done, when the session is gone. */
  #change<T>(
    { sessionId }: Box,
    work: (table: OutboxTable, now: Date) => Promise<T>,
    manner: Manner = 'durable',
  ): Promise<T | undefined> {
    return this.#transactions.write(
      [sessionId],
      async (statements, now) => {
        const table = new OutboxTable(statements);
        return (await table.lock(sessionId)) ? work(table, now) : undefined;
      },
      manner,
    );
  }
}
