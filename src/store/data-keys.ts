import { WactlError } from '../errors.ts';
import type { KeyFacts, KeySource, WrappingKey } from '../ports/data-key.ts';
import { loadCrypto } from '../keys/load-crypto.ts';
import { KeyNeededError } from './key-needed-error.ts';
import { unwrap, wrap } from './key-record.ts';
import type { KeyRecord } from './key-record.ts';
import { Sealer } from './seal.ts';
import type { SealedPlace } from './seal.ts';

const dataKeyLength = 32;

/** Unwraps the data keys of one database, and keeps the last one at hand. */
export class DataKeys {
  /** Where the sessions are, for a person. */
  readonly #where: string;
  readonly #source: KeySource;
  #known: { readonly id: string; readonly sealer: Sealer } | undefined;

  constructor(where: string, source: KeySource) {
    this.#where = where;
    this.#source = source;
  }

  /** Throws `missing_key`, `wrong_key`. */
  sealerOf(record: KeyRecord): Sealer {
    if (this.#known?.id === record.id && this.#known.sealer.generation === record.generation)
      return this.#known.sealer;
    const { sealer } = this.unwrapped(record);
    this.#known = { id: record.id, sealer };
    return sealer;
  }

  /** Opens with the key at hand, if that is the one. */
  open(sealed: Uint8Array, place: SealedPlace): Uint8Array | undefined {
    return this.#known?.sealer.open(sealed, place);
  }

  /** With the key that it is wrapped with. Throws as `sealerOf` does. */
  unwrapped(record: KeyRecord): { readonly key: WrappingKey; readonly sealer: Sealer } {
    const keys = this.#source.candidates(record);
    if (!keys) throw new KeyNeededError(record);
    const crypto = loadCrypto();
    for (const key of keys) {
      const dataKey = unwrap(crypto, record, key);
      const { kind, salt, cost } = record;
      if (dataKey)
        return { key: { kind, salt, cost, key }, sealer: new Sealer(crypto, dataKey, record.generation) };
    }
    throw wrongKey(this.#where, record);
  }

  /** For a database that has none. Throws KeyNeededError. */
  fresh(): WrappingKey {
    const key = this.#source.fresh();
    if (!key) throw new KeyNeededError(null);
    return key;
  }

  /** With a new data key. */
  newSealer(generation: number): Sealer {
    const crypto = loadCrypto();
    return new Sealer(crypto, crypto.randomBytes(dataKeyLength), generation);
  }

  /** The record to store; from now on this is the key at hand. */
  wrapped(key: WrappingKey, sealer: Sealer, now: Date): KeyRecord {
    const { generation } = sealer;
    const record = wrap(loadCrypto(), key, sealer.key, { generation, since: now.getTime() });
    this.#known = { id: record.id, sealer };
    return record;
  }
}

/** Whether it is wrapped with this key. */
export const isWrappedWith = (record: KeyRecord | undefined, key: WrappingKey): boolean =>
  record !== undefined && unwrap(loadCrypto(), record, key.key) !== undefined;

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

const wrongKey = (where: string, { kind }: KeyFacts): WactlError =>
  new WactlError(
    'wrong_key',
    `${keyNames[kind]} does not open the sessions in ${where}`,
    wrongKeyHints[kind],
  );
