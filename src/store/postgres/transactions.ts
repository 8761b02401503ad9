import type { KeySource } from '../../ports/data-key.ts';
import { frozenError, frozenQuery } from '../copy/copy-mark.ts';
import { KeyNeededError } from '../key-needed-error.ts';
import type { Row } from '../row-values.ts';
import type { Connections, Statements } from './connections.ts';
import { GoneError, UnknownOutcomeError } from './database-error.ts';
import { patiently } from './patiently.ts';
import { copyLock } from './schema.ts';
import { Turns } from './turns.ts';

/**
 * How it is written: `loose` may be lost when the server crashes, also when what was asked for later is stored; `urgent` is durable,
 * and does not wait for the other work of this process. `copying` also while the store is frozen, `alone` once every other
 * transaction that writes has ended, too.
 */
export type Manner = 'durable' | 'loose' | 'urgent' | 'copying' | 'alone';

type Parts = {
  /** Where the database is, for a person. */
  readonly where: string;
  readonly connections: Connections;
  readonly keys: KeySource;
  readonly now: () => Date;
  /** How long work waits for a server that is away for a while, or for another transaction. */
  readonly patienceMs: number;
};

/** A transaction that waits for another one, or whose process is stopped, lets go of what it has locked. */
const limits = `SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10s';
  SET LOCAL idle_in_transaction_session_timeout = '10s'`;
/** Whatever the role or the database has for a default: all of a transaction is said here. A stricter wait for the disk stays. */
const waitForDisk = `SELECT set_config('synchronous_commit', 'on', true)
  WHERE current_setting('synchronous_commit') = 'off'`;
const begin = (mode: string, durability: string): string =>
  `BEGIN ISOLATION LEVEL ${mode}; ${limits}${durability}`;
const [durable, loose] = [
  begin('READ COMMITTED READ WRITE', `; ${waitForDisk}`),
  begin('READ COMMITTED READ WRITE', '; SET LOCAL synchronous_commit = off'),
];
/** Answers with a row when the store is frozen. It does not become that until the transaction has ended. */
const unlessFrozen = `SELECT pg_advisory_xact_lock_shared(${copyLock}); ${frozenQuery('wactl.meta')}`;
/** The last statement answers with no row. */
const evenFrozen = `SET LOCAL lock_timeout = '5s'`;
const begins = {
  durable: `${durable}; ${unlessFrozen}`,
  loose: `${loose}; ${unlessFrozen}`,
  urgent: `${durable}; ${unlessFrozen}`,
  copying: `${durable}; ${evenFrozen}`,
  alone: `${durable}; SELECT pg_advisory_xact_lock(${copyLock}); ${evenFrozen}`,
  snapshot: begin('REPEATABLE READ READ ONLY', ''),
} as const;

/**
 * Runs work in transactions of one database: of one session in the order in which it was asked for, of several at once. When the
 * server goes away for a while, or transactions get in each other's way, the work is done again.
 */
export class Transactions {
  readonly #parts: Parts;
  readonly #turns = new Turns();
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `keys`: the sessions that it is about; undefined: all. Each statement sees what is committed by then. */
  read<T>(
    keys: readonly string[] | undefined,
    work: (statements: Statements, now: Date) => Promise<T>,
  ): Promise<T> {
    const { now } = this.#parts;
    return this.#inTurn(keys, (connections) => connections.use((statements) => work(statements, now())));
  }

  /** All statements see the same moment. */
  snapshot<T>(
    keys: readonly string[] | undefined,
    work: (statements: Statements, now: Date) => Promise<T>,
  ): Promise<T> {
    const { now } = this.#parts;
    return this.#inTurn(keys, (connections) =>
      connections.use((statements) =>
        inTransaction(statements, begins.snapshot, () => work(statements, now())),
      ),
    );
  }

  /** Done when its promise resolves; `work` may run again. `silentAfterMs`: when a connection that says nothing counts as lost. */
  write<T>(
    keys: readonly string[],
    work: (statements: Statements, now: Date) => Promise<T>,
    manner: Manner = 'durable',
    silentAfterMs?: number,
  ): Promise<T> {
    const { now, where } = this.#parts;
    return this.#inTurn(keys, (connections) =>
      connections.use(
        (statements) =>
          inTransaction(statements, begins[manner], (frozen) => {
            if (frozen.length > 0) throw frozenError(where);
            return work(statements, now());
          }),
        { isUrgent: manner === 'urgent', ...(silentAfterMs !== undefined && { silentAfterMs }) },
      ),
    );
  }

  /** Waits for what was asked for before. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#turns.ended();
    await this.#parts.connections.close();
  }

  async #inTurn<T>(
    keys: readonly string[] | undefined,
    work: (connections: Connections) => Promise<T>,
  ): Promise<T> {
    if (this.#isClosed) throw new Error('the store is closed');
    return this.#turns.run(keys, () => this.#untilDone(work));
  }

  #untilDone<T>(work: (connections: Connections) => Promise<T>): Promise<T> {
    const { connections, keys, patienceMs } = this.#parts;
    return patiently(patienceMs, async () => {
      for (;;) {
        try {
          return await work(connections);
        } catch (error) {
          if (!(error instanceof KeyNeededError)) throw error;
          // A transaction cannot wait for a key that has to be asked for.
          await keys.prepare(error.facts);
        }
      }
    });
  }
}

/** Commits what `work` did, or undoes it when `work` throws. It gets the rows that `begin` answers with. */
export async function inTransaction<T>(
  statements: Statements,
  begin: string,
  work: (rows: readonly Row[]) => Promise<T>,
): Promise<T> {
  const rows = await statements.all(begin);
  let result: T;
  try {
    result = await work(rows);
  } catch (error) {
    // Where the connection is gone, PostgreSQL does it; one that says nothing would not answer this either.
    if (!(error instanceof GoneError)) await statements.all('ROLLBACK').catch(() => undefined);
    throw error;
  }
  try {
    await statements.all('COMMIT');
  } catch (error) {
    if (error instanceof GoneError)
      throw new UnknownOutcomeError(
        `${error.message} while it was storing something`,
        error.hint ?? '',
        error,
      );
    throw error;
  }
  return result;
}

export const migrating = durable;
