import type { Place } from './database-file.ts';
import type { Database } from './driver.ts';

export type TransactionParts = {
  readonly db: Database;
  readonly place: Place;
  readonly now: () => Date;
};

/** Runs work in transactions of one database; each is durable when its promise resolves. */
export class Transactions {
  readonly #parts: TransactionParts;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  read<T>(work: (now: Date) => T): Promise<T> {
    const { db, now } = this.#parts;
    return promised(() => db.transaction('read', () => work(now())));
  }

  write<T>(work: (now: Date) => T): Promise<T> {
    const { db, now, place } = this.#parts;
    return promised(() =>
      db.transaction('write', () => {
        const result = work(now());
        place.assertUnchanged();
        return result;
      }),
    );
  }
}

/** The library is synchronous, the ports are not. */
const promised = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));
