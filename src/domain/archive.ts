import type { KeyKind } from './sealed-by.ts';
import type { KeptToken } from './token.ts';
import type { WholeSession } from './whole-session.ts';

/**
 * What a file of sessions is for. `move`: the sessions do not connect where they came from any more. `copy` and `backup`: they may,
 * so these are fenced.
 */
export const archiveKinds = ['copy', 'move', 'backup'] as const;

/** What a backup has besides sessions. */
export type BackupRest = {
  /** As a person would type them; those that are of one machine only are not among them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly tokens: readonly KeptToken[];
  /** How the sessions were sealed there: the key itself is in no file. Null: nothing was. */
  readonly key: { readonly kind: KeyKind; readonly generation: number; readonly since: Date } | null;
};

/** Sessions that leave a store, or come from elsewhere. */
export type Archive = {
  readonly kind: (typeof archiveKinds)[number];
  readonly madeAt: Date;
  readonly sessions: readonly WholeSession[];
  /** Of a backup. */
  readonly rest?: BackupRest;
};

/** What opens a sealed file: a passphrase, or the keys of X25519 recipients, "age1…". */
export type Sealing =
  | {
      readonly passphrase: string;
      /** The base-2 logarithm of scrypt's cost; 18 by default. */
      readonly workFactor?: number;
    }
  | { readonly recipients: readonly string[] };

/** What a person has to open a sealed file with. */
export type Opening = {
  /** Called when the file is sealed with a passphrase. */
  readonly passphrase: () => Promise<string>;
  /** "AGE-SECRET-KEY-1…"; none: empty. */
  readonly identities: readonly string[];
};
