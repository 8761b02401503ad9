import { WactlError } from '../../errors.ts';
import type { KeySource, Rekeying, WrappingKey } from '../../ports/data-key.ts';
import { DataKeys, isWrappedWith } from '../data-keys.ts';
import { recordBytes, recordIn } from '../key-record.ts';
import type { KeyRecord } from '../key-record.ts';
import { generationOf } from '../seal.ts';
import type { SealedPlace, Sealer, SecretSeals } from '../seal.ts';
import type { Row } from '../row-values.ts';
import type { Statements } from './connections.ts';
import { damagedError } from './database-error.ts';
import { resealAll } from './reseal.ts';
import { dataKeyLock } from './schema.ts';

/** What this process knows of the data key is too old for a value, or was never asked for. Not a fault of the row. */
class StaleKeyError extends WactlError {
  constructor() {
    super('missing_key', 'the data key has changed');
  }
}

const theRecord = 'SELECT record FROM wactl.data_key WHERE id = 1';

/**
 * Seals and opens the secrets of one database. Another process may change the data key at any time: a transaction that seals holds a
 * lock that keeps the key as it is; one that opens looks again when it has an older one.
 */
export class Seals {
  readonly #where: string;
  readonly #keys: DataKeys;
  #record: KeyRecord | undefined;

  constructor(where: string, source: KeySource) {
    this.#where = where;
    this.#keys = new DataKeys(where, source);
  }

  /** For `work`, which reads rows that were fetched: it runs again with the key of now when it needs another one. */
  async opening<T>(statements: Statements, work: (seals: SecretSeals) => T): Promise<T> {
    try {
      return work(this.#with(this.#record, false));
    } catch (error) {
      if (!(error instanceof StaleKeyError)) throw error;
      this.#record = await this.#read(statements);
      return work(this.#with(this.#record, true));
    }
  }

  /** For rows whose secrets are opened later, if at all: the key itself is not asked for. */
  async listing<T>(statements: Statements, work: (seals: SecretSeals) => T): Promise<T> {
    this.#record = await this.#read(statements);
    return work(this.#with(this.#record, true));
  }

  /** For what has no secrets. */
  none(): SecretSeals {
    return this.#with(undefined, true);
  }

  /**
   * For a transaction that writes secrets: the data key of the database, which stays that until the transaction ends. The first time
   * makes it. Throws `missing_key`, `wrong_key`.
   */
  async sealing(statements: Statements, now: Date): Promise<SecretSeals> {
    const locked = await statements.all(`SELECT pg_advisory_xact_lock_shared(${dataKeyLock}); ${theRecord}`);
    this.#record = this.#recordOf(locked[0]) ?? (await this.#begin(statements, now));
    return this.#with(this.#record, true);
  }

  /** The data key of now; undefined when there is none yet. Throws as `sealing` does. */
  async sealer(statements: Statements): Promise<Sealer | undefined> {
    this.#record = await this.#read(statements);
    return this.#record && this.#keys.sealerOf(this.#record);
  }

  /** What the database tells about its key; undefined before the first secret. */
  facts(statements: Statements): Promise<KeyRecord | undefined> {
    return this.#read(statements);
  }

  /** The data key, to open elsewhere what is sealed with it; undefined before the first secret. Throws as `sealing` does. */
  async dataKey(statements: Statements): Promise<Sealer | undefined> {
    const record = await this.#read(statements);
    return record && this.#keys.sealerOf(record);
  }

  /** Puts the data key of another database, under the key of this one. In a transaction that writes, where nothing is sealed with another. */
  async adopt(statements: Statements, sealer: Sealer, now: Date): Promise<void> {
    await statements.all(`SELECT pg_advisory_xact_lock(${dataKeyLock})`);
    const record = await this.#read(statements);
    const key = record ? this.#keys.unwrapped(record).key : this.#keys.fresh();
    await this.#put(statements, this.#keys.wrapped(key, sealer, now));
  }

  /** Whether this is the key now. */
  async isKey(statements: Statements, key: WrappingKey): Promise<boolean> {
    return isWrappedWith(await this.#read(statements), key);
  }

  /**
   * Puts the data key, or with `renews` a new one, with which every secret is sealed anew, under the key that `choose` returns. In a
   * transaction that writes; nobody seals meanwhile.
   */
  async rekey(
    statements: Statements,
    { renews, choose }: Pick<Rekeying, 'renews' | 'choose'>,
    now: Date,
  ): Promise<WrappingKey> {
    await statements.all(`SELECT pg_advisory_xact_lock(${dataKeyLock})`);
    const record = await this.#read(statements);
    const old = record && this.#keys.unwrapped(record);
    const key = choose(old?.key);
    const kept = renews ? undefined : old?.sealer;
    const sealer = kept ?? this.#keys.newSealer((record?.generation ?? 0) + 1);
    if (old && !kept)
      await resealAll(statements, {
        open: (sealed, place) => old.sealer.open(sealed, place),
        seal: (value, place) => sealer.seal(value, place),
      });
    await this.#put(statements, this.#keys.wrapped(key, sealer, now));
    return key;
  }

  async #put(statements: Statements, record: KeyRecord): Promise<void> {
    await statements.run(
      `INSERT INTO wactl.data_key (id, record) VALUES (1, $1)
       ON CONFLICT (id) DO UPDATE SET record = excluded.record`,
      [recordBytes(record)],
    );
  }

  #with(record: KeyRecord | undefined, isFresh: boolean): SecretSeals {
    const sealer = (): Sealer => {
      if (!record) throw this.#lost();
      return this.#keys.sealerOf(record);
    };
    return {
      sealer,
      open: (sealed: Uint8Array, place: SealedPlace) => {
        if (generationOf(sealed) === undefined) return undefined;
        const value = this.#keys.open(sealed, place);
        if (value) return value;
        if (!isFresh) throw new StaleKeyError();
        return sealer().open(sealed, place);
      },
    };
  }

  /** The lock is held by one alone here: of two processes that begin at once, the later one finds the key of the other. */
  async #begin(statements: Statements, now: Date): Promise<KeyRecord> {
    const record = this.#keys.wrapped(this.#keys.fresh(), this.#keys.newSealer(1), now);
    await statements.run('INSERT INTO wactl.data_key (id, record) VALUES (1, $1) ON CONFLICT DO NOTHING', [
      recordBytes(record),
    ]);
    const stored = await this.#read(statements);
    if (!stored) throw this.#lost();
    return stored;
  }

  async #read(statements: Statements): Promise<KeyRecord | undefined> {
    return this.#recordOf((await statements.rows(theRecord))[0]);
  }

  #recordOf(row: Row | undefined): KeyRecord | undefined {
    if (!row) return undefined;
    const record = recordIn(row['record']);
    if (record) return record;
    throw damagedError(this.#where, 'its data key cannot be read');
  }

  #lost(): Error {
    return damagedError(this.#where, 'its data key is missing');
  }
}
