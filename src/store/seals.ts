import type { KeyFacts, KeySource, WrappingKey } from '../ports/data-key.ts';
import { WactlError } from '../errors.ts';
import { storeDamagedError } from './database-error.ts';
import { DataKeyTable } from './data-key-table.ts';
import type { Database } from './driver.ts';
import { unwrap, wrap } from './key-record.ts';
import type { KeyRecord } from './key-record.ts';
import { loadCrypto } from '../keys/load-crypto.ts';
import { resealAll } from './reseal.ts';
import { Sealer, generationOf, isPlain, readPlain } from './seal.ts';
import type { SealedPlace } from './seal.ts';

/** The key has to be asked for, which a transaction cannot wait for: `KeySource.prepare(facts)`, then again. */
export class KeyNeededError extends WactlError {
  readonly facts: KeyFacts | null;

  constructor(facts: KeyFacts | null) {
    super('missing_key', 'this needs the key of the sessions', 'see: wactl config encryption');
    this.facts = facts;
  }
}

const dataKeyLength = 32;

/**
 * Seals and opens the secrets of one database. The key is fetched for the first of them. Other processes may change the data
 * key at any time: each transaction that seals looks which one it is now.
 */
export class Seals {
  readonly #db: Database;
  readonly #table: DataKeyTable;
  readonly #source: KeySource;
  #known: { readonly id: string; readonly sealer: Sealer } | undefined;

  constructor(db: Database, source: KeySource) {
    this.#db = db;
    this.#table = new DataKeyTable(db);
    this.#source = source;
  }

  /**
   * Seals with the data key of this transaction, which writes. The first time that makes the key, and seals what earlier
   * versions have left open. Throws `missing_key`, `wrong_key`, `store_damaged`.
   */
  sealer(): Sealer {
    const record = this.#table.read();
    return record ? this.#sealerOf(record) : this.#begin();
  }

  /** Undefined when these bytes are damaged or belong elsewhere. Throws as `sealer` does. */
  open(sealed: Uint8Array, place: SealedPlace): Uint8Array | undefined {
    // Once there is a data key, nothing that somebody put there unsealed is taken for ours.
    if (isPlain(sealed)) return this.#table.isThere() ? undefined : readPlain(sealed, place);
    if (generationOf(sealed) === undefined) return undefined;
    const value = this.#known?.sealer.open(sealed, place);
    if (value) return value;
    const record = this.#table.read();
    if (!record) throw this.#lost();
    return this.#sealerOf(record).open(sealed, place);
  }

  /** Fetches the key. False when there is none yet. Throws as `sealer` does. Changes nothing. */
  isAtHand(): boolean {
    const record = this.#table.read();
    if (record) this.#sealerOf(record);
    return record !== undefined;
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
    const old = this.#unwrapped(record);
    const key = choose(old.key);
    if (!renews) this.#put(key, old.sealer, now);
    else {
      const sealer = this.#newSealer(record.generation + 1);
      resealAll(this.#db, {
        open: (sealed, place) => old.sealer.open(sealed, place),
        seal: (value, place) => sealer.seal(value, place),
      });
      this.#put(key, sealer, now);
    }
    return key;
  }

  /** Whether this is the key now. */
  isKey(key: WrappingKey): boolean {
    const record = this.#table.read();
    return record !== undefined && unwrap(loadCrypto(), record, key.key) !== undefined;
  }

  #sealerOf(record: KeyRecord): Sealer {
    if (this.#known?.id === record.id && this.#known.sealer.generation === record.generation)
      return this.#known.sealer;
    const { sealer } = this.#unwrapped(record);
    this.#known = { id: record.id, sealer };
    return sealer;
  }

  #unwrapped(record: KeyRecord): { readonly key: WrappingKey; readonly sealer: Sealer } {
    const keys = this.#source.candidates(record);
    if (!keys) throw new KeyNeededError(record);
    const crypto = loadCrypto();
    for (const key of keys) {
      const dataKey = unwrap(crypto, record, key);
      const { kind, salt, cost } = record;
      if (dataKey)
        return { key: { kind, salt, cost, key }, sealer: new Sealer(crypto, dataKey, record.generation) };
    }
    throw wrongKey(this.#db.path, record);
  }

  #begin(key = this.#source.fresh(), now = new Date()): Sealer {
    if (!key) throw new KeyNeededError(null);
    const sealer = this.#newSealer(1);
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

  #newSealer(generation: number): Sealer {
    const crypto = loadCrypto();
    return new Sealer(crypto, crypto.randomBytes(dataKeyLength), generation);
  }

  #put(key: WrappingKey, sealer: Sealer, now: Date): void {
    const record = wrap(loadCrypto(), key, sealer.key, {
      generation: sealer.generation,
      since: now.getTime(),
    });
    this.#table.write(record);
    this.#known = { id: record.id, sealer };
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

const wrongKeyHints: Readonly<Record<KeyFacts['kind'], string>> = {
  file: 'nothing was changed; use the key file that belongs to it, from a backup if need be, or name it with --key-file',
  passphrase: 'nothing was changed; give the right one in WACTL_PASSPHRASE, or when you are asked for it',
  keyring: 'nothing was changed; use the keyring of the user that it was set up with',
};

const keyNames: Readonly<Record<KeyFacts['kind'], string>> = {
  file: 'the key in the key file',
  passphrase: 'the passphrase',
  keyring: 'the key in the keyring',
};

const wrongKey = (path: string, { kind }: KeyFacts): WactlError =>
  new WactlError('wrong_key', `${keyNames[kind]} does not open the sessions in ${path}`, wrongKeyHints[kind]);
