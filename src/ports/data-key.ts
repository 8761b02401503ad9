import type { KeyKind } from '../domain/sealed-by.ts';

/** What a database tells about the key that wraps its data key. */
export type KeyFacts = {
  readonly kind: KeyKind;
  /** For scrypt, in hex; '' for other kinds. */
  readonly salt: string;
  /** Scrypt's N is 2 to this power; 0 for other kinds. */
  readonly cost: number;
};

/** 32 bytes. */
export type WrappingKey = KeyFacts & { readonly key: Uint8Array };

/**
 * The keys that wrap data keys. It answers at once, because it is asked in a transaction; what takes time, or a person, is
 * done by `prepare` before.
 */
export interface KeySource {
  /** For a database that has none: a key that lasts. Undefined until `prepare(null)` has resolved. */
  fresh(): WrappingKey | undefined;
  /** The keys that may be the one, at least one. Undefined until `prepare(facts)` has resolved. Throws `missing_key`, `store_unsafe`. */
  candidates(facts: KeyFacts): readonly Uint8Array[] | undefined;
  /** Throws `missing_key`. */
  prepare(facts: KeyFacts | null): Promise<void>;
}

/** How the secrets of a database are sealed. */
export type KeptKey = {
  readonly kind: KeyKind;
  /** Counts the data keys that it has had. */
  readonly generation: number;
  /** When its key became this one. */
  readonly since: Date;
};

/** A change of the key. Its functions run in transactions that write, so that processes do this one after another. */
export type Rekeying = {
  /** A new data key too: every secret is sealed anew. */
  readonly renews: boolean;
  /** Whether the key will not be where it is now. */
  readonly isElsewhere: boolean;
  /**
   * The key from now on, which outlasts a crash; `current`: the one until now, undefined before the first secret, which has to be
   * there too until `settle`.
   */
  readonly choose: (current: WrappingKey | undefined) => WrappingKey;
  /** When the change is durable: puts away what is of no use any more. */
  readonly settle: () => void;
};
