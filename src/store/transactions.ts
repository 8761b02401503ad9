import { setImmediate, setTimeout } from 'node:timers';
import { BusyError } from './database-error.ts';
import type { Place } from './database-file.ts';
import type { Database } from './driver.ts';

export type TransactionParts = {
  readonly db: Database;
  readonly place: Place;
  readonly now: () => Date;
  /** The time that has passed since some moment, in milliseconds; not the time of day, which jumps. */
  readonly monotonicMs: () => number;
  /** How long work waits for another process that has the database locked, before it fails with `store_locked`. */
  readonly patienceMs: number;
  /** Makes up for what work failed for, if it can: then the work is done again. */
  readonly mend?: (error: unknown) => Promise<void> | undefined;
};

type Kind = 'read' | 'write' | 'loose';

type Job = {
  readonly kind: Kind;
  /** Returns what reports its success. */
  readonly run: () => () => void;
  readonly reject: (error: unknown) => void;
  /** The moment, as `monotonicMs` tells it, at which it has waited long enough for another process. */
  readonly until: number;
};

/** How long a lock may last before the database counts as locked. */
const momentMs = 500;
/** A process that ends waits no longer for a lock: a service has ten seconds for all of its end. */
const finishWithinMs = 1_500;
const [firstPauseMs, longestPauseMs] = [10, 50];

/**
 * Runs work in transactions of one database, in the order in which it was asked for. Each write is durable when its
 * promise resolves; those of one turn of the event loop are committed together, because each commit waits for the disk.
 * While another process has the database locked, everything waits, and is tried again after pauses: the event loop goes
 * on meanwhile.
 */
export class Transactions {
  readonly #parts: TransactionParts;
  #waiting: Job[] = [];
  #isWriteDue = false;
  /** Since when another process has had the database locked, and how long the next pause is. */
  #lock: { readonly since: number; readonly pauseMs: number } | undefined;
  #isPaused = false;
  #ends: (() => void)[] = [];

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  /** Sees all writes that were asked for before. */
  read<T>(work: (now: Date) => T): Promise<T> {
    const answer = this.#add('read', work);
    this.#runUnlessPaused();
    return answer;
  }

  /** `work` may run again when the work of another write has failed, or another process had the database locked. */
  write<T>(work: (now: Date) => T, patienceMs?: number): Promise<T> {
    const written = this.#add('write', work, patienceMs);
    if (!this.#isWriteDue) {
      this.#isWriteDue = true;
      setImmediate(() => {
        this.#isWriteDue = false;
        this.#runUnlessPaused();
      });
    }
    return written;
  }

  /** Runs at once, after the writes that wait. It survives a power loss only once a later write is durable. */
  writeLoosely<T>(work: (now: Date) => T): Promise<T> {
    const written = this.#add('loose', work);
    this.#runUnlessPaused();
    return written;
  }

  /** Throws `store_locked` when another process has had the database locked for longer than a moment. */
  assertWritable(): Promise<void> {
    const now = this.#parts.monotonicMs();
    return this.write(() => undefined, (this.#lock?.since ?? now) + momentMs - now);
  }

  /**
   * Runs what waits; calls `then` when nothing waits any more: at once, unless another process has the lock, and then
   * after `withinMs` at most. What still waits by then fails.
   */
  finish(then: () => void, withinMs = finishWithinMs): void {
    this.#ends.push(then);
    const until = this.#parts.monotonicMs() + withinMs;
    this.#waiting = this.#waiting.map((job) => ({ ...job, until: Math.min(job.until, until) }));
    this.#runUnlessPaused();
  }

  #add<T>(kind: Kind, work: (now: Date) => T, patienceMs = this.#parts.patienceMs): Promise<T> {
    const { now, monotonicMs } = this.#parts;
    return new Promise((resolve, reject) => {
      const run = (): (() => void) => {
        const result = work(now());
        return () => resolve(result);
      };
      this.#waiting.push({ kind, run, reject, until: monotonicMs() + patienceMs });
    });
  }

  #runUnlessPaused(): void {
    if (!this.#isPaused) this.#run();
  }

  #run(): void {
    while (this.#waiting.length > 0) {
      const busy = this.#tryAll(leading(this.#waiting));
      if (!busy) this.#lock = undefined;
      else if (this.#isToWait(busy)) return;
    }
    for (const then of this.#ends.splice(0)) then();
  }

  /** Does the first jobs in one transaction. What is done or has failed waits no more. */
  #tryAll(jobs: readonly Job[]): BusyError | undefined {
    let current: Job | undefined;
    try {
      const reports = this.#inTransaction(jobs, (one) => (current = one));
      this.#waiting.splice(0, jobs.length);
      for (const report of reports) report();
    } catch (error) {
      if (error instanceof BusyError) return error;
      // None of the others is done then; they are tried again.
      const failed = this.#waiting.splice(current ? jobs.indexOf(current) : 0, current ? 1 : jobs.length);
      for (const one of failed) this.#fail(one, error);
    }
    return undefined;
  }

  #fail(job: Job, error: unknown): void {
    const mended = this.#parts.mend?.(error);
    if (!mended) return job.reject(error);
    mended.then(() => {
      this.#waiting.push(job);
      this.#runUnlessPaused();
    }, job.reject);
  }

  #inTransaction(jobs: readonly Job[], note: (current: Job | undefined) => void): (() => void)[] {
    const { db, place } = this.#parts;
    const kind = jobs[0]?.kind ?? 'read';
    const all = (): (() => void)[] => {
      const reports = jobs.map((one) => {
        note(one);
        return one.run();
      });
      note(undefined);
      if (kind !== 'read') place.assertUnchanged();
      return reports;
    };
    if (kind === 'loose') return loosely(db, () => db.transaction('write', all));
    return db.transaction(kind, all);
  }

  /** Another process has the lock. False when nothing has patience left to wait for it. */
  #isToWait(busy: BusyError): boolean {
    const now = this.#parts.monotonicMs();
    const over = this.#waiting.filter(({ until }) => until <= now);
    this.#waiting = this.#waiting.filter(({ until }) => until > now);
    for (const one of over) one.reject(busy);
    const { since = now, pauseMs = firstPauseMs } = this.#lock ?? {};
    this.#isPaused = this.#waiting.length > 0;
    this.#lock = this.#isPaused ? { since, pauseMs: Math.min(pauseMs * 2, longestPauseMs) } : undefined;
    if (this.#isPaused) setTimeout(() => this.#resume(), pauseMs);
    return this.#isPaused;
  }

  #resume(): void {
    this.#isPaused = false;
    this.#run();
  }
}

/** The writes of one kind at the beginning, or the first read. */
function leading(jobs: readonly Job[]): readonly Job[] {
  const kind = jobs[0]?.kind;
  const end = kind === 'read' ? 1 : jobs.findIndex((one) => one.kind !== kind);
  return jobs.slice(0, end === -1 ? jobs.length : end);
}

/** A commit is not synced by itself. */
function loosely<T>(db: Database, work: () => T): T {
  db.exec('PRAGMA synchronous = NORMAL');
  try {
    return work();
  } finally {
    db.exec('PRAGMA synchronous = FULL');
  }
}
