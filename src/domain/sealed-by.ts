/** Where a key comes from: a file, a passphrase, or the keyring of the user. */
export const keyKinds = ['file', 'passphrase', 'keyring'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** What a place for the key protects from, and what not; sentences without a full stop. */
export function sealedBy({ kind, isOwnFile }: { readonly kind: KeyKind; readonly isOwnFile: boolean }): {
  readonly protects: string;
  readonly doesNot: string;
} {
  if (kind === 'passphrase')
    return {
      protects: 'a copy of the directory or of the disk, as well as the passphrase is hard to guess',
      doesNot: 'programs of your own user and root, while a process that knows the passphrase runs',
    };
  if (kind === 'keyring')
    return {
      protects: 'a copy of the directory, and of the disk as long as the keyring is locked',
      doesNot: 'programs of your own user and root, while the keyring is unlocked',
    };
  return isOwnFile
    ? {
        protects: 'a copy of wactl.db alone: in a backup, sent to somebody, or left in a snapshot',
        doesNot: 'a copy of the whole directory, programs of your own user, and root',
      }
    : {
        protects: 'a copy of the directory, as long as the key file is kept elsewhere',
        doesNot: 'a copy of both, programs of your own user, and root',
      };
}
