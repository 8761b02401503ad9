import { join } from 'node:path';
import { WactlError } from '../errors.ts';
import type { KeyKind } from '../domain/sealed-by.ts';
import type { KeyFacts, KeySource, WrappingKey } from '../ports/data-key.ts';
import { fileKeys, ofFile } from './file-keys.ts';
import { readKeyFile } from './key-file.ts';
import { passphraseKey, usualCost } from './passphrase-key.ts';

export type KeyOptions = {
  /** The file beside the database that has the key when nobody gives another one. */
  readonly ownFile: string;
  /** The user of this process; undefined where files have no such owners. */
  readonly uid: number | undefined;
  /** A file that a person has named. */
  readonly keyFile: string | undefined;
  /** Where systemd puts what `LoadCredentialEncrypted=` names. */
  readonly credentialsDirectory: string | undefined;
  readonly passphrase: string | undefined;
  /** By the process that has started this one. */
  readonly handed: WrappingKey | undefined;
  /** Asks a person for a line that is not shown; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** The key of the user's keyring. Throws `missing_key`. */
  readonly keyring: (salt: string) => Promise<WrappingKey>;
  readonly warn: (sentence: string) => void;
  /** Log2 of scrypt's N for new keys. */
  readonly scryptCost?: number;
};

export interface ProcessKeys extends KeySource {
  /** The file with the key, where it was given instead of the own one. */
  givenFile(): string | undefined;
  /** The kind of the key that a new database would get. */
  plannedKind(): KeyKind;
  /** What a process in the background has to be handed, because it cannot ask for it: the key of this process. */
  forChild(): WrappingKey | undefined;
  /** From now on this is the key. */
  use(key: WrappingKey): void;
  /**
   * Makes a key of a new passphrase, which is asked for twice, unless the environment has it; `isFirst`: none was used before, so
   * that of the environment is the new one. Throws `missing_key`, `declined`.
   */
  newPassphraseKey(isFirst: boolean): Promise<WrappingKey>;
  /** Says nothing of a passphrase that is not used yet. */
  expectPassphrase(): void;
}

const credentialName = 'wactl.key';

/** The keys that this process has, or can get: from the sources in their order, for the kind that the database names. */
export function keySources(options: KeyOptions): ProcessKeys {
  const { ownFile, uid, passphrase, ask, warn, scryptCost = usualCost } = options;
  const own = fileKeys({ path: ownFile, uid });
  let atHand = options.handed;
  let isWarned = false;

  const given = (): { readonly path: string; readonly keys: Uint8Array[] } | undefined => {
    const { keyFile, credentialsDirectory } = options;
    if (keyFile !== undefined) {
      const keys = readKeyFile(keyFile, { uid });
      if (!keys) throw missingFile(keyFile);
      return { path: keyFile, keys };
    }
    if (credentialsDirectory === undefined) return undefined;
    const path = join(credentialsDirectory, credentialName);
    const keys = readKeyFile(path, { uid, isCredential: true });
    return keys && { path, keys };
  };
  const isAtHand = ({ kind, salt }: KeyFacts): boolean => atHand?.kind === kind && atHand.salt === salt;
  const askFor = async (question: string): Promise<string> => {
    const answer = passphrase ?? (await ask?.(question));
    if (answer === undefined || answer === '') throw noPassphrase();
    return answer;
  };

  return {
    fresh() {
      const [key] = given()?.keys ?? [];
      if (key) return ofFile(key);
      if (atHand) return atHand;
      return passphrase === undefined ? own.fresh() : undefined;
    },
    candidates(facts) {
      if (isAtHand(facts) && atHand) return [atHand.key];
      if (facts.kind !== 'file') return undefined;
      const keys = given()?.keys ?? own.candidates(facts);
      if (passphrase !== undefined && !isWarned) {
        isWarned = true;
        warn(
          'WACTL_PASSPHRASE is not used: the sessions are sealed with a key file; to use it: wactl config encryption --to passphrase',
        );
      }
      return keys;
    },
    async prepare(facts) {
      if (facts === null) {
        if (given() || atHand || passphrase === undefined) return;
        atHand = await passphraseKey(passphrase, scryptCost);
      } else if (facts.kind === 'keyring') atHand = await options.keyring(facts.salt);
      else if (facts.kind === 'passphrase')
        atHand = await passphraseKey(await askFor('Passphrase of the sessions:'), facts.cost, facts.salt);
    },
    givenFile: () => given()?.path,
    plannedKind: () =>
      given() || (!atHand && passphrase === undefined) ? 'file' : (atHand?.kind ?? 'passphrase'),
    forChild: () => atHand,
    use(key) {
      atHand = key.kind === 'file' ? undefined : key;
    },
    async newPassphraseKey(isFirst) {
      if (isFirst && passphrase !== undefined) return passphraseKey(passphrase, scryptCost);
      const first = await ask?.('New passphrase of the sessions:');
      if (!first) throw noNewPassphrase(isFirst);
      if ((await ask?.('The same again:')) !== first)
        throw new WactlError('declined', 'the two passphrases differ; nothing was changed');
      return passphraseKey(first, scryptCost);
    },
    expectPassphrase() {
      isWarned = true;
    },
  };
}

const missingFile = (path: string): WactlError =>
  new WactlError(
    'missing_key',
    `the key file ${path} does not exist`,
    `name the one that the sessions are sealed with; a new one is made with: wactl config encryption --to-key-file ${path}`,
  );

const noPassphrase = (): WactlError =>
  new WactlError(
    'missing_key',
    'the sessions are sealed with a passphrase, and nobody has given it',
    'set WACTL_PASSPHRASE, or run this in a terminal to be asked for it',
  );

const noNewPassphrase = (isFirst: boolean): WactlError =>
  new WactlError(
    'missing_key',
    'no new passphrase was given',
    isFirst
      ? 'set WACTL_PASSPHRASE, or run this in a terminal to be asked for it'
      : 'run this in a terminal to be asked for it; WACTL_PASSPHRASE has the one until now',
  );
