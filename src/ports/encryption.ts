import type { KeyKind } from '../domain/sealed-by.ts';

/** Where the key of the sessions is. */
export type KeyPlace = {
  readonly kind: KeyKind;
  /** The key file, for that kind. */
  readonly file: string | null;
  /** Whether that is the file beside the database, which wactl has made. */
  readonly isOwnFile: boolean;
  /** When it became the key; null before the first secret. */
  readonly since: Date | null;
  /** Counts the data keys that there were; 0 before the first secret. */
  readonly generation: number;
};

/** Where a key is to be from now on. */
export type KeyTarget =
  { readonly to: 'own_file' | 'passphrase' | 'keyring' } | { readonly to: 'file'; readonly path: string };

/** The key that the secrets of this machine's sessions are sealed with. */
export interface Encryption {
  place(): Promise<KeyPlace>;
  /**
   * Moves the key; with `renews` there is a new one too, and every secret is sealed anew. Both are done or not done. Throws
   * `missing_key`, `wrong_key`, `in_use`.
   */
  change(target: KeyTarget | null, renews: boolean): Promise<KeyPlace>;
}
