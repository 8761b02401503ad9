import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from '../../src/store/crc32.ts';
import { credsPlace } from '../../src/store/credential-values.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/open-store.ts';
import { ownFileKeys, ownKeyFile } from '../../src/keys/file-keys.ts';
import { resealAll } from '../../src/store/reseal.ts';
import { Seals } from '../../src/store/seals.ts';
import type { SealedPlace } from '../../src/store/seal.ts';

/** A value as versions before the encryption wrote it. */
export function plainValue(value: Uint8Array, place: SealedPlace): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(crc32(value, crc32(JSON.stringify(place))), 1);
  return Buffer.concat([header, value]);
}

/** Makes the closed store of a directory as it is right after the version before the encryption. */
export function makePlain(directory: string): void {
  const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1_000 });
  const seals = new Seals(db, ownFileKeys(directory));
  db.transaction('write', () => {
    resealAll(db, {
      open: (sealed, place) => seals.open(sealed, place),
      // The previous creds were kept as they were.
      seal: (value, place) => plainValue(value, place[1] === 'creds' ? credsPlace(place[0]) : place),
    });
    db.exec('DELETE FROM data_key; DELETE FROM data_key_copy');
  });
  db.emptyJournal();
  db.close();
  rmSync(ownKeyFile(directory), { force: true });
}

/** All secrets in the store of a directory, opened; none where there is no store, or no secret. */
export function openedSecrets(directory: string): Uint8Array[] {
  if (!existsSync(ownKeyFile(directory))) return [];
  const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 5_000 });
  const seals = new Seals(db, ownFileKeys(directory));
  const found: Uint8Array[] = [];
  // Nothing is sealed anew, because nothing counts as opened.
  const open = (sealed: Uint8Array, place: SealedPlace): undefined => {
    found.push(seals.open(sealed, place) ?? sealed);
  };
  try {
    db.transaction('read', () => resealAll(db, { open, seal: (value) => value }));
    return found;
  } finally {
    db.close();
  }
}

/** Opens and closes it. */
export const openOnce = (directory: string): Promise<void> => openStore({ directory }).close();
