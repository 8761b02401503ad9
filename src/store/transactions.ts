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
  /** Throws while nothing may be changed. */
  readonly assertNotFrozen?: () => void;
};

type Kind = 'read' | 'write' | 'loose' | 'copying';

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
/** So much that has waited is done in one turn of the event loop. */
const mostInOneTurn = 50;

/**
 * Runs work in transactions of one database, in the order in which it was asked for. Each write is durable when its
 * promise resolves; those of one turn of the event loop are committed together. The event loop goes on while the disk is awaited,
 * and what is asked for meanwhile sees what was written. While another process has the database locked, everything waits, and is tried again after pauses: the event loop goes
 * on meanwhile.
 */
export class Transactions {
  readonly #parts: TransactionParts;
  #waiting: Job[] = [];
  #isWriteDue = false;
  /** Since when another process has had the database locked, and how long the next pause is. */
  #lock: { readonly since: number; readonly pauseMs: number } | undefined;
  #isPaused = false;
  /** How many commits wait for the disk. */
  #unsynced = 0;
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

  /** A write to a store that is frozen for it. */
  writeFrozen<T>(work: (now: Date) => T): Promise<T> {
    const written = this.#add('copying', work);
    this.#runUnlessPaused();
    return written;
  }

  /** Throws `store_locked` when another process has had the database locked for longer than a moment. */
  assertWritable(): Promise<void> {
    const now = this.#parts.monotonicMs();
    return this.write(() => undefined, (this.#lock?.since ?? now) + momentMs - now);
  }

  /**
   * Runs what waits; calls `then` when nothing waits any more. What waits for another process that has the lock fails after
   * `withinMs`.
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
    for (let room = mostInOneTurn; this.#waiting.length > 0;) {
      if (room <= 0) return this.#pause(() => setImmediate(() => this.#resume()));
      const jobs = leading(this.#waiting, room);
      room -= jobs.length;
      const busy = this.#tryAll(jobs);
      if (!busy) this.#lock = undefined;
      else if (this.#isToWait(busy)) return;
    }
    this.#end();
  }

  #end(): void {
    if (this.#waiting.length > 0 || this.#unsynced > 0) return;
    for (const then of this.#ends.splice(0)) then();
  }

  /** Does the first jobs in one transaction. What is done or has failed waits no more. */
  #tryAll(jobs: readonly Job[]): BusyError | undefined {
    const { db } = this.#parts;
    let current: Job | undefined;
    try {
      const before = db.changes;
      const reports = this.#inTransaction(jobs, (one) => (current = one));
      this.#waiting.splice(0, jobs.length);
      if (isDurable(jobs) && db.changes > before) this.#sync(jobs, reports);
      else for (const report of reports) report();
    } catch (error) {
      if (error instanceof BusyError) return error;
      // None of the others is done then; they are tried again.
      const failed = this.#waiting.splice(current ? jobs.indexOf(current) : 0, current ? 1 : jobs.length);
      for (const one of failed) this.#fail(one, error);
    }
    return undefined;
  }

  /** Reports these writes once they are on the disk. */
  #sync(jobs: readonly Job[], reports: readonly (() => void)[]): void {
    this.#unsynced += 1;
    const done = (): void => {
      this.#unsynced -= 1;
      this.#end();
    };
    this.#parts.db
      .sync()
      .then(
        () => reports.forEach((report) => report()),
        (error: unknown) => jobs.forEach(({ reject }) => reject(error)),
      )
      .finally(done)
      .catch(() => undefined);
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
    const { db, place, assertNotFrozen } = this.#parts;
    const kind = jobs[0]?.kind ?? 'read';
    const all = (): (() => void)[] => {
      if (kind === 'write' || kind === 'loose') assertNotFrozen?.();
      const reports = jobs.map((one) => {
        note(one);
        return one.run();
      });
      note(undefined);
      if (kind !== 'read') place.assertUnchanged();
      return reports;
    };
    return db.transaction(kind === 'read' ? 'read' : 'unsynced', all);
  }

  /** Another process has the lock. False when nothing has patience left to wait for it. */
  #isToWait(busy: BusyError): boolean {
    const now = this.#parts.monotonicMs();
    const over = this.#waiting.filter(({ until }) => until <= now);
    this.#waiting = this.#waiting.filter(({ until }) => until > now);
    for (const one of over) one.reject(busy);
    const { since = now, pauseMs = firstPauseMs } = this.#lock ?? {};
    const waits = this.#waiting.length > 0;
    this.#lock = waits ? { since, pauseMs: Math.min(pauseMs * 2, longestPauseMs) } : undefined;
    if (waits) this.#pause(() => setTimeout(() => this.#resume(), pauseMs));
    return waits;
  }

  #pause(plan: () => void): void {
    this.#isPaused = true;
    plan();
  }

  #resume(): void {
    this.#isPaused = false;
    this.#run();
  }
}

const isDurable = ([first]: readonly Job[]): boolean => first?.kind === 'write' || first?.kind === 'copying';

/** The writes of one kind at the beginning, at most so many, or the first read. */
function leading(jobs: readonly Job[], most: number): readonly Job[] {
  const kind = jobs[0]?.kind;
  const end = kind === 'read' ? 1 : jobs.findIndex((one) => one.kind !== kind);
  return jobs.slice(0, Math.min(most, end === -1 ? jobs.length : end));
}
