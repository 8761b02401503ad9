import { SessionNotFoundError } from '../errors.ts';
import type { WactlError } from '../errors.ts';
import { pendingLimit } from '../domain/delivery.ts';
import type { Outbox } from '../ports/outbox.ts';
import { isTurnedOff, patienceOf, receiverAfter, receiverAt, workingReceiver } from '../domain/receiver.ts';
import { storeDamagedError } from './database-error.ts';
import type { Database, Row } from './driver.ts';
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

  constructor(db: Database, transactions: Transactions, seals: SecretSeals) {
    this.#path = db.path;
    this.#seals = seals;
    this.#table = new OutboxTable(db, seals);
    this.#transactions = transactions;
  }

  append(sessionId: string, url: string, events: readonly OutboxEvent[]): Promise<number> {
    const table = this.#table;
    // What follows a message, before WhatsApp learns that it has arrived, is durable: its keys.
    return this.#transactions.writeLoosely(() => {
      if (!table.hasSession(sessionId)) throw new SessionNotFoundError(sessionId);
      const receiver = table.readReceiver(sessionId);
      if (isTurnedOff(receiver, url)) return 0;
      const { failedMs } = receiverAt(receiver, url);
      for (const event of events) table.insert(sessionId, event, failedMs);
      const excess = Math.max(0, table.countPending(sessionId) - pendingLimit);
      if (excess > 0) {
        table.dropOldest(sessionId, excess);
        table.writeReceiver(sessionId, { ...receiver, dropped: receiver.dropped + excess });
      }
      return excess;
    });
  }

  async next(sessionId: string, onDamaged: () => void = () => undefined): Promise<DueDelivery | undefined> {
    const table = this.#table;
    for (;;) {
      const { row, due, firstExpiryAt, now } = await this.#transactions.read((now) => {
        const row = table.pending(sessionId, 1)[0];
        const firstExpiryAt = table.firstExpiry(sessionId);
        return { row, due: row && dueDeliveryOf(row, firstExpiryAt, this.#seals), firstExpiryAt, now };
      });
      if (firstExpiryAt && firstExpiryAt <= now) {
        const expired = await this.#transactions.write((later) => table.expire(sessionId, later));
        if (expired === 0) throw this.#contradiction(sessionId);
        continue;
      }
      if (!row) return undefined;
      if (due) return due;
      // One unreadable event must not block those behind it.
      const isSetAside = await this.#transactions.write((later) =>
        table.setAside(sessionId, Number(row['seq']), later),
      );
      if (!isSetAside) throw this.#contradiction(sessionId);
      onDamaged();
    }
  }

  due(): Promise<string[]> {
    return this.#transactions.read((now) => this.#table.due(now));
  }

  waiting(): Promise<ReadonlyMap<string, number>> {
    return this.#transactions.read(() => this.#table.countAllPending());
  }

  receiver(sessionId: string): Promise<Receiver> {
    return this.#transactions.read(() => this.#table.readReceiver(sessionId));
  }

  record(sessionId: string, id: string, outcome: AttemptOutcome): Promise<void> {
    const table = this.#table;
    // Waiting for the disk after each of many deliveries would take longer than the deliveries.
    return this.#transactions.writeLoosely((now) => {
      table.forget(now);
      const seq = table.seqOf(sessionId, id);
      if (seq !== undefined) table.noteAttempt(seq, now, outcome.kind === 'delivered' ? null : outcome.error);
      const receiver = receiverAfter(table.readReceiver(sessionId), outcome, now);
      if (table.hasSession(sessionId)) table.writeReceiver(sessionId, receiver);
      switch (outcome.kind) {
        case 'delivered':
        case 'refused':
          if (seq === undefined) return;
          return table.finish(sessionId, seq, outcome.kind === 'delivered' ? 'delivered' : 'failed', now);
        case 'gone':
          return table.giveUp(sessionId, Number.MAX_SAFE_INTEGER, outcome.error, now);
        case 'retry':
          table.giveUp(sessionId, receiver.failedMs - patienceOf(receiver), outcome.error, now);
      }
    });
  }

  turnOn(sessionId: string, url: string): Promise<void> {
    const table = this.#table;
    return this.#transactions.write(() => {
      if (!table.hasSession(sessionId)) return;
      table.writeReceiver(sessionId, workingReceiver(table.readReceiver(sessionId), url));
    });
  }

  retryNow(sessionId: string): Promise<void> {
    const table = this.#table;
    return this.#transactions.write(() => {
      const receiver = table.readReceiver(sessionId);
      if (receiver.nextAttemptAt) table.writeReceiver(sessionId, { ...receiver, nextAttemptAt: null });
    });
  }

  replay(sessionId: string, which: ReplaySelection): Promise<number> {
    const table = this.#table;
    return this.#transactions.write((now) => {
      table.forget(now);
      const receiver = table.readReceiver(sessionId);
      const room = Math.max(0, pendingLimit - table.countPending(sessionId));
      const replayed = table.replay(sessionId, which, receiver.failedMs, room);
      if (replayed > 0) table.writeReceiver(sessionId, { ...receiver, nextAttemptAt: null });
      return replayed;
    });
  }

  forget(): Promise<void> {
    return this.#transactions.write((now) => this.#table.forget(now));
  }

  list(sessionId: string, limit: number): Promise<DeliveryList> {
    const table = this.#table;
    const rows = (): Row[] => [...table.finished(sessionId, limit), ...table.pending(sessionId, limit)];
    return this.#transactions.read(() => ({
      deliveries: rows().map(deliveryOf),
      pending: table.countPending(sessionId),
      receiver: table.readReceiver(sessionId),
    }));
  }

  clear(sessionId: string): Promise<void> {
    return this.#transactions.write(() => this.#table.deletePending(sessionId));
  }

  /** The index and the rows disagree: continuing would loop forever without a change. */
  #contradiction(sessionId: string): WactlError {
    return storeDamagedError(this.#path, `the webhook events of "${sessionId}" contradict their index`);
  }
}
