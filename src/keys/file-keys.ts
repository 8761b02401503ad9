import { dirname, join } from 'node:path';
import { WactlError } from '../errors.ts';
import type { KeyFacts, KeySource, WrappingKey } from '../ports/data-key.ts';
import { keyLength, readKeyFile } from './key-file.ts';
import { loadCrypto } from './load-crypto.ts';
import { createKeyFile, syncDirectory } from './own-key-file.ts';

/** The key file that is made beside the database in a directory. */
export const ownKeyFile = (directory: string): string => join(directory, 'wactl.key');

/** A key from a file. */
export const ofFile = (key: Uint8Array): WrappingKey => ({ kind: 'file', salt: '', cost: 0, key });

export type FileKeysOptions = {
  /** The file beside the database that has the key when nobody gives another one. */
  readonly path: string;
  /** The user of this process; undefined where files have no such owners. */
  readonly uid: number | undefined;
};

/** The key file beside the database, which is made while the first phone is awaited, or for the first secret. */
export function fileKeys({ path, uid }: FileKeysOptions): KeySource {
  const read = (): Uint8Array[] | undefined => readKeyFile(path, { uid });
  let isLasting = false;
  return {
    fresh() {
      if (!read()) createKeyFile(path, [loadCrypto().randomBytes(keyLength)]);
      // The process that made it may have been killed before its name was on the disk.
      else if (!isLasting) syncDirectory(dirname(path));
      isLasting = true;
      const [key] = read() ?? [];
      if (!key) throw missing(path);
      return ofFile(key);
    },
    candidates({ kind }: KeyFacts) {
      if (kind !== 'file') throw otherKind(kind);
      const keys = read();
      if (!keys) throw missing(path);
      return keys;
    },
    prepare: () => Promise.resolve(),
  };
}

/** The keys of a directory whose key file nobody has chosen; the directory itself is private (assert-private.ts). */
export const ownFileKeys = (directory: string): KeySource =>
  fileKeys({ path: ownKeyFile(directory), uid: undefined });

/** Never made anew: what is sealed with it would be lost for good. */
const missing = (path: string): WactlError =>
  new WactlError(
    'missing_key',
    `the key file ${path} is missing: without it nobody can open the sessions`,
    `put it back, from a backup if need be, or name the one to use with --key-file`,
  );

const otherKind = (kind: string): WactlError =>
  new WactlError('missing_key', `the sessions are sealed with a ${kind}`, `see: wactl config encryption`);
