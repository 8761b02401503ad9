import { statSync } from 'node:fs';
import { counted, fixRemedy, namedFew, ok, warning } from '../domain/finding.ts';
import { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Check } from '../ports/doctor.ts';
import { existingDatabase } from './database-file.ts';
import { storeDamagedError } from './database-error.ts';
import { columns, openDatabase } from './driver.ts';
import { textIn } from './row-values.ts';
import type { Database } from './driver.ts';
import { latestSchema, schemaVersion } from './schema-version.ts';
import { withDatabase } from './open-as-is.ts';
import { rescueDatabase } from './rescue-database.ts';
import type { Rescue } from './rescue-database.ts';

/** SQLite checks some 500 MB a second, and nothing can cut it off meanwhile. */
const largestChecked = 1024 ** 3;

/** `database`: the file, its schema, and SQLite's own check of every page and index. */
export const databaseCheck = (directory: string, clock: Pick<Clock, 'now'>): Check => ({
  name: 'database',
  needs: ['directory'],
  timeoutMs: 3_000,
  async examine() {
    const found = await withDatabase(directory, (db) =>
      mendable(() => {
        const version = schemaVersion(db);
        const { size } = statSync(db.path);
        const isChecked = size <= largestChecked;
        if (isChecked) assertIntact(db);
        const megabytes = `${(size / 1024 ** 2).toFixed(1)} MB`;
        const words = `${isChecked ? 'intact' : 'too large to be checked whole'}, ${megabytes}, schema ${String(version)}`;
        return version === latestSchema
          ? ok(words)
          : warning(`${words}; this wactl uses ${String(latestSchema)}`, 'bring it up to date: wactl list');
      }),
    );
    return found ?? ok('none yet: the first session makes it');
  },
  mendTimeoutMs: 600_000,
  mend() {
    return Promise.resolve().then(() => {
      const path = existingDatabase(directory);
      if (path === undefined || !isDamaged(path)) return [];
      return rescueWords(path, rescueDatabase(path, clock.now()));
    });
  },
});

/** Of a database that opens. An older or newer one is none of it. */
function isDamaged(path: string): boolean {
  const db = openDatabase({ path, busyTimeoutMs: 1_000 });
  try {
    schemaVersion(db);
    assertIntact(db);
    return false;
  } catch (error) {
    if (error instanceof WactlError && error.code === 'store_damaged') return true;
    throw error;
  } finally {
    db.close();
  }
}

function rescueWords(path: string, { count, kept, sessions, tables }: Rescue): readonly string[] {
  return [
    `put a new database in the place of ${path}, with ${counted(count, 'session')}; the damaged one is kept as ${kept}`,
    ...(sessions.length > 0 ? [`damaged in both: ${namedFew(sessions)}`] : []),
    ...(tables.length > 0 ? [`not all could be read of: ${namedFew(tables)}`] : []),
  ];
}

/** Throws `store_damaged`. */
function assertIntact(db: Database): void {
  const sql = `SELECT ${columns(['integrity_check'])} FROM pragma_integrity_check(100)`;
  const problems = db.rows(sql, []).map((row) => textIn(row['integrity_check']) ?? 'unreadable');
  const [first] = problems;
  if (first === 'ok') return;
  throw storeDamagedError(
    db.path,
    `${counted(problems.length, 'problem')} in ${db.path}, the first: ${String(first)}`,
  );
}

/** Most of a damaged database that opens can be rescued. */
function mendable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WactlError) || error.code !== 'store_damaged') throw error;
    throw new WactlError(error.code, error.message, fixRemedy, { cause: error });
  }
}
