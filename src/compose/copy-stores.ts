import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isSocketThere } from '../api/socket-there.ts';
import { shownStore, storeAddress } from '../domain/store-address.ts';
import { UsageError } from '../errors.ts';
import { keySources } from '../keys/key-sources.ts';
import type { ProcessKeys } from '../keys/key-sources.ts';
import type { Io } from '../ports/io.ts';
import type { StoreCopies } from '../ports/store-copy.ts';
import { copyStore, giveUpCopy } from '../store/copy/copy-store.ts';
import type { Side } from '../store/copy/copy-store.ts';
import { existingDatabase } from '../store/database-file.ts';
import { noSessions } from '../store/no-sessions.ts';
import type { OpenedStore } from '../store/open-store.ts';
import { assertPrivate } from '../settings/assert-private.ts';
import type { FleetStoreParts } from './fleet-store.ts';
import { openSessions } from './open-sessions.ts';
import { keyOptions } from './process-keys.ts';

type Around = Parameters<typeof keyOptions>[0] & {
  readonly io: Pick<Io, 'warn'>;
} & FleetStoreParts['process'];

type Place = {
  readonly address: string | null;
  readonly directory: string;
  /** For a person. */
  readonly where: string;
};

/** Copies of whole stores. `own`: the directory of this process, to which the keys of a PostgreSQL belong. */
export function storeCopiesHere(around: Around, own: string): StoreCopies {
  const keysOf = (directory: string): ProcessKeys => keySources(keyOptions(around, directory));
  const placeAt = (text: string): Place => {
    if (/^postgres(ql)?:/.test(text))
      return { address: text, directory: own, where: shownStore(storeAddress(text)) };
    const directory = directoryAt(text);
    assertPrivate(directory, { uid: around.uid, warn: (sentence) => around.io.warn(sentence) });
    return { address: null, directory, where: directory };
  };
  const sourceAt = (text: string): Place => {
    const place = placeAt(text);
    if (place.address === null && existingDatabase(place.directory) === undefined)
      throw noSessions(place.directory);
    return place;
  };
  const bothAt = (fromText: string, toText: string): readonly [Place, Place] => {
    const [from, to] = [sourceAt(fromText), placeAt(toText)];
    if (from.where === to.where)
      throw new UsageError('both places are the same', 'name where the sessions go to');
    return [from, to];
  };
  const opened = async <T>(
    place: Place,
    keys: ProcessKeys,
    asItIs: boolean,
    work: (side: Side, store: OpenedStore) => Promise<T>,
  ): Promise<T> => {
    const { address, directory } = place;
    const store = await openSessions(address, { directory, keys, process: around, asItIs });
    try {
      return await work({ place: store.copyPlace, where: place.where }, store);
    } finally {
      await store.close();
    }
  };

  return {
    async check(fromText, toText) {
      const [from] = bothAt(fromText, toText);
      // A file is opened when it is copied.
      if (from.address !== null) await opened(from, keysOf(from.directory), true, () => Promise.resolve());
    },
    async copy(fromText, toText, options) {
      const [from, to] = bothAt(fromText, toText);
      const fromKeys = keysOf(from.directory);
      const toKeys = from.directory === to.directory ? fromKeys : keysOf(to.directory);
      return opened(from, fromKeys, true, async (source, store) => {
        await store.unlock();
        // A passphrase, or the key of the keyring, goes with the sessions.
        const asked = fromKeys.forChild();
        if (asked) toKeys.use(asked);
        return opened(to, toKeys, false, async (target, toStore) => {
          await toStore.unlock();
          const isAlive = async ({
            host,
            socketPath,
          }: {
            readonly host?: string;
            readonly socketPath: string;
          }) => host !== undefined || (await isSocketThere(socketPath));
          return copyStore(source, target, { ...options, isAlive });
        });
      });
    },
    async giveUp(text) {
      const from = sourceAt(text);
      return opened(from, keysOf(from.directory), true, async (side) => {
        if (await giveUpCopy(side)) return { from: from.where };
        throw new UsageError(
          `${from.where} is not in the middle of a copy`,
          'its sessions can be used, or they were moved: see wactl list',
        );
      });
    },
  };
}

/** Of a directory, or of the database in it. */
function directoryAt(text: string): string {
  const path = resolve(text);
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  if (!isFile) return path;
  if (basename(path) !== 'wactl.db')
    throw new UsageError(`"${text}" is not a store of wactl`, 'its database is called wactl.db');
  return dirname(path);
}
