import type { Box } from '../domain/box.ts';
import { LeaseLostError, SessionNotFoundError } from '../errors.ts';
import type { WactlError } from '../errors.ts';
import { pendingLimit } from '../domain/delivery.ts';
import type { Outbox } from '../ports/outbox.ts';
import { isTurnedOff, patienceOf, receiverAfter, receiverAt, workingReceiver } from '../domain/receiver.ts';
import { storeDamagedError } from './database-error.ts';
import type { Database } from './driver.ts';
import type { Row } from './row-values.ts';
import type { LeaseTable } from './lease-table.ts';
import { deliveryOf, dueDeliveryOf } from './outbox-row.ts';
import { OutboxTable } from './outbox-table.ts';
import type { SecretSeals } from './seal.ts';
import type { Transactions } from './transactions.ts';
import type {
  AttemptOutcome,
  DeliveryList,
  DueDelivery,
  OutboxEvent,
  Receiver,
  ReplaySelection,
} from '../domain/delivery.ts';

/** The outbox in SQLite, beside the sessions. */
export class SqliteOutbox implements Outbox {
  readonly #path: string;
  readonly #table: OutboxTable;
  readonly #transactions: Transactions;
  readonly #seals: SecretSeals;
  readonly #leases: LeaseTable;

  constructor(db: Database, transactions: Transactions, seals: SecretSeals, leases: LeaseTable) {
    this.#leases = leases;
    this.#path = db.path;
    this.#seals = seals;
    this.#table = new OutboxTable(db, seals);
    this.#transactions = transactions;
  }

  /** As of EventSink, under this lease. Throws LeaseLostError. */
  append(box: Box, url: string, events: readonly OutboxEvent[], leaseId: string): Promise<number> {
    const table = this.#table;
    // What follows a message, before WhatsApp learns that it has arrived, is durable: its keys.
    return this.#transactions.writeLoosely(() => {
      if (!table.hasSession(box.sessionId)) throw new SessionNotFoundError(box.sessionId);
      if (!this.#leases.holds(leaseId, box.sessionId)) throw new LeaseLostError(box.sessionId);
      const receiver = table.readReceiver(box);
      if (isTurnedOff(receiver, url)) return 0;
      const { failedMs } = receiverAt(receiver, url);
      for (const event of events) table.insert(box, event, failedMs);
      const excess = Math.max(0, table.countPending(box) - pendingLimit);
      if (excess > 0) {
        table.dropOldest(box, excess);
        table.writeReceiver(box, { ...receiver, dropped: receiver.dropped + excess });
      }
      return excess;
    });
  }

  async next(box: Box, onDamaged: () => void = () => undefined): Promise<DueDelivery | undefined> {
    const table = this.#table;
    for (;;) {
      const { row, due, firstExpiryAt, now } = await this.#transactions.read((now) => {
        const row = table.pending(box, 1)[0];
        const firstExpiryAt = table.firstExpiry(box);
        return { row, due: row && dueDeliveryOf(row, firstExpiryAt, this.#seals), firstExpiryAt, now };
      });
      if (firstExpiryAt && firstExpiryAt <= now) {
        const expired = await this.#transactions.write((later) => table.expire(box, later));
        if (expired === 0) throw this.#contradiction(box.sessionId);
        continue;
      }
      if (!row) return undefined;
      if (due) return due;
      // One unreadable event must not block those behind it.
      const isSetAside = await this.#transactions.write((later) =>
        table.setAside(box, Number(row['seq']), later),
      );
      if (!isSetAside) throw this.#contradiction(box.sessionId);
      onDamaged();
    }
  }

  due(): Promise<Box[]> {
    return this.#transactions.read((now) => this.#table.due(now));
  }

  receivers(sessionId: string): Promise<string[]> {
    return this.#transactions.read(() => this.#table.receivers(sessionId));
  }

  waiting(): Promise<ReadonlyMap<string, number>> {
    return this.#transactions.read(() => this.#table.countAllPending());
  }

  receiver(box: Box): Promise<Receiver> {
    return this.#transactions.read(() => this.#table.readReceiver(box));
  }

  record(box: Box, id: string, outcome: AttemptOutcome): Promise<void> {
    const table = this.#table;
    // Waiting for the disk after each of many deliveries would take longer than the deliveries.
    return this.#transactions.writeLoosely((now) => {
      table.forget(now);
      const seq = table.seqOf(box, id);
      if (seq !== undefined) table.noteAttempt(seq, now, outcome.kind === 'delivered' ? null : outcome.error);
      const receiver = receiverAfter(table.readReceiver(box), outcome, now);
      if (table.hasSession(box.sessionId)) table.writeReceiver(box, receiver);
      switch (outcome.kind) {
        case 'delivered':
        case 'refused':
          if (seq === undefined) return;
          return table.finish(box, seq, outcome.kind === 'delivered' ? 'delivered' : 'failed', now);
        case 'gone':
          return table.giveUp(box, Number.MAX_SAFE_INTEGER, outcome.error, now);
        case 'retry':
          table.giveUp(box, receiver.failedMs - patienceOf(receiver), outcome.error, now);
      }
    });
  }

  turnOn(box: Box, url: string): Promise<void> {
    const table = this.#table;
    return this.#transactions.write(() => {
      if (!table.hasSession(box.sessionId)) return;
      table.writeReceiver(box, workingReceiver(table.readReceiver(box), url));
    });
  }

  retryNow(box: Box): Promise<void> {
    const table = this.#table;
    return this.#transactions.write(() => {
      const receiver = table.readReceiver(box);
      if (receiver.nextAttemptAt) table.writeReceiver(box, { ...receiver, nextAttemptAt: null });
    });
  }

  replay(box: Box, which: ReplaySelection): Promise<number> {
    const table = this.#table;
    return this.#transactions.write((now) => {
      table.forget(now);
      const receiver = table.readReceiver(box);
      const room = Math.max(0, pendingLimit - table.countPending(box));
      const replayed = table.replay(box, which, receiver.failedMs, room);
      if (replayed > 0) table.writeReceiver(box, { ...receiver, nextAttemptAt: null });
      return replayed;
    });
  }

  forget(): Promise<void> {
    return this.#transactions.write((now) => this.#table.forget(now));
  }

  list(box: Box, limit: number): Promise<DeliveryList> {
    const table = this.#table;
    const rows = (): Row[] => [...table.finished(box, limit), ...table.pending(box, limit)];
    return this.#transactions.read(() => ({
      deliveries: rows().map(deliveryOf),
      pending: table.countPending(box),
      receiver: table.readReceiver(box),
    }));
  }

  clear(box: Box): Promise<void> {
    return this.#transactions.write(() => this.#table.deletePending(box));
  }

  remove(box: Box): Promise<void> {
    return this.#transactions.write(() => this.#table.remove(box));
  }

  /** The index and the rows disagree: continuing would loop forever without a change. */
  #contradiction(sessionId: string): WactlError {
    return storeDamagedError(this.#path, `the webhook events of "${sessionId}" contradict their index`);
  }
}
