import { setImmediate } from 'node:timers';
import type { Place } from './database-file.ts';
import type { Database } from './driver.ts';

export type TransactionParts = {
  readonly db: Database;
  readonly place: Place;
  readonly now: () => Date;
};

type Write = {
  /** Returns what reports its success. */
  readonly run: () => () => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Runs work in transactions of one database. Each write is durable when its promise resolves; those of one turn of the
 * event loop are committed together, because each commit waits for the disk.
 */
export class Transactions {
  readonly #parts: TransactionParts;
  #waiting: Write[] = [];

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  /** Sees all writes that were asked for before. */
  read<T>(work: (now: Date) => T): Promise<T> {
    const { db, now } = this.#parts;
    return promised(() => {
      this.commit();
      return db.transaction('read', () => work(now()));
    });
  }

  /** `work` may run again when the work of another write has failed. */
  write<T>(work: (now: Date) => T): Promise<T> {
    const { now } = this.#parts;
    return new Promise((resolve, reject) => {
      const run = (): (() => void) => {
        const result = work(now());
        return () => resolve(result);
      };
      this.#waiting.push({ run, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.commit());
    });
  }

  /** Runs at once, after the writes that wait. It survives a power loss only once a later write is durable. */
  writeLoosely<T>(work: (now: Date) => T): Promise<T> {
    this.commit();
    const written = this.write(work);
    const { db } = this.#parts;
    // A commit is then not synced by itself.
    db.exec('PRAGMA synchronous = NORMAL');
    try {
      this.commit();
    } finally {
      db.exec('PRAGMA synchronous = FULL');
    }
    return written;
  }

  /** Commits the writes that wait; their promises tell how that went. */
  commit(): void {
    let writes = this.#waiting;
    this.#waiting = [];
    while (writes.length > 0) {
      const failed = this.#tryAll(writes);
      writes = failed ? writes.filter((one) => one !== failed) : [];
    }
  }

  /** Returns the write whose work failed, and is rejected; none of the others is done then. */
  #tryAll(writes: readonly Write[]): Write | undefined {
    const { db, place } = this.#parts;
    let current: Write | undefined;
    try {
      const reports = db.transaction('write', () => {
        const all = writes.map((one) => {
          current = one;
          return one.run();
        });
        current = undefined;
        place.assertUnchanged();
        return all;
      });
      for (const report of reports) report();
    } catch (error) {
      for (const one of current ? [current] : writes) one.reject(error);
    }
    return current;
  }
}

/** The library is synchronous, the ports are not. */
const promised = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));
