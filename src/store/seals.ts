import type { KeySource, WrappingKey } from '../ports/data-key.ts';
import type { WactlError } from '../errors.ts';
import { storeDamagedError } from './database-error.ts';
import { DataKeyTable } from './data-key-table.ts';
import { DataKeys, isWrappedWith } from './data-keys.ts';
import type { Database } from './driver.ts';
import type { KeyRecord } from './key-record.ts';
import { resealAll } from './reseal.ts';
import { generationOf, isPlain, readPlain } from './seal.ts';
import type { Sealer, SealedPlace } from './seal.ts';

/**
 * Seals and opens the secrets of one database. The key is fetched for the first of them. Other processes may change the data
 * key at any time: each transaction that seals looks which one it is now.
 */
export class Seals {
  readonly #db: Database;
  readonly #table: DataKeyTable;
  readonly #source: KeySource;
  #opened: DataKeys | undefined;

  constructor(db: Database, source: KeySource) {
    this.#db = db;
    this.#table = new DataKeyTable(db);
    this.#source = source;
  }

  get #keys(): DataKeys {
    return (this.#opened ??= new DataKeys(this.#db.path, this.#source));
  }

  /**
   * Seals with the data key of this transaction, which writes. The first time that makes the key, and seals what earlier
   * versions have left open. Throws `missing_key`, `wrong_key`, `store_damaged`.
   */
  sealer(): Sealer {
    const record = this.#table.read();
    return record ? this.#keys.sealerOf(record) : this.#begin();
  }

  /** Undefined when these bytes are damaged or belong elsewhere. Throws as `sealer` does. */
  open(sealed: Uint8Array, place: SealedPlace): Uint8Array | undefined {
    // Once there is a data key, nothing that somebody put there unsealed is taken for ours.
    if (isPlain(sealed)) return this.#table.isThere() ? undefined : readPlain(sealed, place);
    if (generationOf(sealed) === undefined) return undefined;
    const value = this.#keys.open(sealed, place);
    if (value) return value;
    const record = this.#table.read();
    if (!record) throw this.#lost();
    return this.#keys.sealerOf(record).open(sealed, place);
  }

  /** Fetches the key. False when there is none yet. Throws as `sealer` does. Changes nothing. */
  isAtHand(): boolean {
    const record = this.#table.read();
    if (record) this.#keys.sealerOf(record);
    return record !== undefined;
  }

  /** Makes the key that the first secret is sealed with, which takes time. In a transaction that writes, but this stores nothing. */
  makeKeyReady(): void {
    if (!this.#table.isThere()) this.#keys.fresh();
  }

  /** Whether there are secrets of earlier versions, which are not sealed. */
  hasPlain(): boolean {
    if (this.#table.isThere()) return false;
    return plainQueries.some((sql) => this.#db.rows(sql, []).length > 0);
  }

  /** What the database tells about its key; undefined before the first secret. */
  facts(): KeyRecord | undefined {
    return this.#table.read();
  }

  /**
   * Puts the data key, or with `renews` a new one, with which every secret is sealed anew, under the key that `choose` returns.
   * In a transaction that writes.
   */
  rekey(renews: boolean, choose: (current: WrappingKey | undefined) => WrappingKey, now: Date): WrappingKey {
    const record = this.#table.read();
    if (!record) {
      const key = choose(undefined);
      this.#begin(key, now);
      return key;
    }
    const old = this.#keys.unwrapped(record);
    const key = choose(old.key);
    if (!renews) this.#put(key, old.sealer, now);
    else {
      const sealer = this.#keys.newSealer(record.generation + 1);
      resealAll(this.#db, {
        open: (sealed, place) => old.sealer.open(sealed, place),
        seal: (value, place) => sealer.seal(value, place),
      });
      this.#put(key, sealer, now);
    }
    return key;
  }

  /** The data key, to open elsewhere what is sealed with it; undefined before the first secret. Throws as `sealer` does. */
  dataKey(): Sealer | undefined {
    const record = this.#table.read();
    return record && this.#keys.sealerOf(record);
  }

  /** Puts the data key of another database, under the key of this one. In a transaction that writes, where nothing is sealed with another. */
  adopt(sealer: Sealer, now: Date): void {
    const record = this.#table.read();
    this.#put(record ? this.#keys.unwrapped(record).key : this.#keys.fresh(), sealer, now);
  }

  /** Whether this is the key now. */
  isKey(key: WrappingKey): boolean {
    return isWrappedWith(this.#table.read(), key);
  }

  #begin(key = this.#keys.fresh(), now = new Date()): Sealer {
    const sealer = this.#keys.newSealer(1);
    resealAll(this.#db, {
      open: (sealed, place) => {
        if (generationOf(sealed) !== undefined) throw this.#lost();
        return readPlain(sealed, place);
      },
      seal: (value, place) => sealer.seal(value, place),
    });
    this.#put(key, sealer, now);
    return sealer;
  }

  #put(key: WrappingKey, sealer: Sealer, now: Date): void {
    this.#table.write(this.#keys.wrapped(key, sealer, now));
  }

  #lost(): WactlError {
    return storeDamagedError(this.#db.path, 'its data key is missing');
  }
}

const plain = (column: string): string => `substr(${column}, 1, 1) = x'00'`;
const plainQueries = [
  `SELECT 1 FROM creds WHERE ${plain('value')} OR ${plain('previous_value')} LIMIT 1`,
  `SELECT 1 FROM sessions WHERE ${plain('webhook_secret')} OR ${plain('proxy')} LIMIT 1`,
  `SELECT 1 FROM keys WHERE ${plain('value')} LIMIT 1`,
  `SELECT 1 FROM outbox WHERE ${plain('payload')} LIMIT 1`,
];
