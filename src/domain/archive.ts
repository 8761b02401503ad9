import type { WholeSession } from './whole-session.ts';

/**
 * What a file of sessions is for. `move`: the sessions do not connect where they came from any more. `copy` and `backup`: they may,
 * so these are fenced.
 */
export const archiveKinds = ['copy', 'move', 'backup'] as const;

/** Sessions that leave a store, or come from elsewhere. */
export type Archive = {
  readonly kind: (typeof archiveKinds)[number];
  readonly madeAt: Date;
  readonly sessions: readonly WholeSession[];
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
