import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { columns, openDatabase } from './driver.ts';
import { textIn } from './row-values.ts';

/** A process that writes is not waited for long: somebody has pressed a key. */
const busyTimeoutMs = 50;
const most = 1_000;

const queries = {
  session: `SELECT ${columns(['id'])} FROM sessions ORDER BY sessions.id LIMIT ${String(most)}`,
  token: `SELECT ${columns(['name'])} FROM tokens ORDER BY tokens.name LIMIT ${String(most)}`,
};

/**
 * The ids of sessions or the names of tokens in the database of a directory, for completion: nothing is made, migrated
 * or repaired. Throws where there is no database, or none that `uid` owns.
 */
export function storedNames(
  directory: string,
  uid: number | undefined,
  kind: keyof typeof queries,
): readonly string[] {
  const path = join(directory, 'wactl.db');
  const file = lstatSync(path);
  if (!file.isFile() || file.size === 0 || (uid !== undefined && file.uid !== uid))
    throw new Error('no database');
  const db = openDatabase({ path, busyTimeoutMs });
  try {
    db.exec('PRAGMA query_only = ON');
    return db.rows(queries[kind], []).flatMap((row) => textIn(Object.values(row)[0]) ?? []);
  } finally {
    db.close();
  }
}
