import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { firstReceiver } from '../domain/box.ts';
import { ownFileKeys } from '../keys/file-keys.ts';
import { columns, openDatabase } from './driver.ts';
import type { Database } from './driver.ts';
import { textIn } from './row-values.ts';
import { unsealedText } from './sealed-text.ts';
import { Seals } from './seals.ts';
import { otherWebhooksIn } from './webhook-columns.ts';

/** A process that writes is not waited for long: somebody has pressed a key. */
const busyTimeoutMs = 50;
const most = 1_000;

const queries = {
  session: `SELECT ${columns(['id'])} FROM sessions ORDER BY sessions.id LIMIT ${String(most)}`,
  token: `SELECT ${columns(['name'])} FROM tokens ORDER BY tokens.name LIMIT ${String(most)}`,
};

/**
 * The ids of sessions, the names of tokens, or the names of a session's webhooks in the database of a directory, for completion:
 * nothing is made, migrated or repaired. Throws where there is no database, or none that `uid` owns.
 */
export const storedNames = (
  directory: string,
  uid: number | undefined,
  kind: keyof typeof queries | { readonly webhooksOf: string },
): readonly string[] =>
  withDatabase(directory, uid, (db) =>
    typeof kind === 'string'
      ? db.rows(queries[kind], []).flatMap((row) => textIn(Object.values(row)[0]) ?? [])
      : webhooksOf(db, kind.webhooksOf, directory),
  );

/** The names are sealed with the secrets. A key that is kept elsewhere is not asked for. */
function webhooksOf(db: Database, id: string, directory: string): readonly string[] {
  const sql = `SELECT webhook_url IS NOT NULL AS has_first, other_webhooks FROM sessions WHERE id = ?`;
  const [row] = db.rows(sql, [id]);
  if (!row) return [];
  const others = unsealedText(row, id, 'other_webhooks', new Seals(db, ownFileKeys(directory)));
  return [...(row['has_first'] ? [firstReceiver] : []), ...otherWebhooksIn(others).map(({ name }) => name)];
}

function withDatabase<T>(directory: string, uid: number | undefined, work: (db: Database) => T): T {
  const path = join(directory, 'wactl.db');
  const file = lstatSync(path);
  if (!file.isFile() || file.size === 0 || (uid !== undefined && file.uid !== uid))
    throw new Error('no database');
  const db = openDatabase({ path, busyTimeoutMs });
  try {
    db.exec('PRAGMA query_only = ON');
    return work(db);
  } finally {
    db.close();
  }
}
