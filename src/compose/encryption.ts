import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { ofFile } from '../keys/file-keys.ts';
import { keyLength, readKeyFile } from '../keys/key-file.ts';
import type { ProcessKeys } from '../keys/key-sources.ts';
import { loadCrypto } from '../keys/load-crypto.ts';
import { createKeyFile, removeKeyFile, replaceKeyFile } from '../keys/own-key-file.ts';
import type { KeptKey, Rekeying, WrappingKey } from '../ports/data-key.ts';
import type { Encryption, KeyPlace, KeyTarget } from '../ports/encryption.ts';

type Parts = {
  readonly ownFile: string;
  readonly uid: number | undefined;
  readonly keys: ProcessKeys;
  /** Puts a new key into the user's keyring. Throws `missing_key`. */
  readonly newKeyringKey: () => Promise<WrappingKey>;
  readonly store: () => Promise<{
    unlock(): Promise<void>;
    keyFacts(): Promise<KeptKey | null>;
    rekey(change: Rekeying): Promise<void>;
  }>;
};

/** Shows and changes the key of the sessions in one directory. */
export function encryptionHere({ ownFile, uid, keys, newKeyringKey, store }: Parts): Encryption {
  const placeOf = async (): Promise<KeyPlace> => {
    const kept = await (await store()).keyFacts();
    const kind = kept?.kind ?? keys.plannedKind();
    const file = kind === 'file' ? (keys.givenFile() ?? ownFile) : null;
    const { since = null, generation = 0 } = kept ?? {};
    return { kind, file, isOwnFile: file === ownFile, since, generation };
  };

  /** What is in the own file is kept in it until the change is done. */
  const newOwnKey = (current: WrappingKey | undefined): WrappingKey => {
    const key = loadCrypto().randomBytes(keyLength);
    const [latest] = readKeyFile(ownFile, { uid }) ?? [];
    const before = current?.kind === 'file' && keys.givenFile() === undefined ? current.key : latest;
    replaceKeyFile(ownFile, before ? [key, before] : [key]);
    return ofFile(key);
  };
  const keyIn = (path: string): WrappingKey => {
    if (path === ownFile) throw new UsageError(`${path} is the file that wactl keeps`, 'use --to file');
    if (!readKeyFile(path, { uid })) createKeyFile(path, [loadCrypto().randomBytes(keyLength)]);
    const [key, other] = readKeyFile(path, { uid }) ?? [];
    if (key && !other) return ofFile(key);
    throw new UsageError(
      `${path} is not the file of one key`,
      `name a file with ${String(keyLength)} random bytes`,
    );
  };

  return {
    place: placeOf,
    async change(target, renews) {
      const opened = await store();
      if (target?.to === 'passphrase') keys.expectPassphrase();
      await opened.unlock();
      const before = await placeOf();
      const to = target?.to ?? renewedPlace(before);
      const isFirst = before.kind !== 'passphrase' || before.generation === 0;
      let asked: WrappingKey | undefined;
      // What no transaction can wait for.
      if (to === 'passphrase') asked = await keys.newPassphraseKey(isFirst);
      if (to === 'keyring') asked = await newKeyringKey();
      let chosen: WrappingKey | undefined;
      await opened.rekey({
        renews,
        isElsewhere: target !== null,
        choose(current) {
          if (target?.to === 'file') chosen = keyIn(resolve(target.path));
          else if (to === 'own_file') chosen = newOwnKey(current);
          else chosen = asked ?? current ?? keys.fresh();
          if (!chosen) throw new UsageError('there is nothing to change before the first session is paired');
          return chosen;
        },
        settle() {
          if (to === 'own_file' && chosen) replaceKeyFile(ownFile, [chosen.key]);
          else if (before.isOwnFile) removeKeyFile(ownFile);
        },
      });
      if (chosen) keys.use(chosen);
      const place = await placeOf();
      if (target?.to === 'file') return { ...place, file: resolve(target.path), isOwnFile: false };
      return to === 'own_file' ? { ...place, file: ownFile, isOwnFile: true } : place;
    },
  };
}

/** Where wactl makes keys by itself, a new data key comes with a new key there. */
const renewedPlace = ({ kind, isOwnFile }: KeyPlace): KeyTarget['to'] | 'same' =>
  isOwnFile ? 'own_file' : kind === 'keyring' ? 'keyring' : 'same';
