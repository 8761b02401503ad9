import { statSync } from 'node:fs';
import { counted, ok, warning } from '../domain/finding.ts';
import type { Check } from '../ports/doctor.ts';
import { storeDamagedError } from './database-error.ts';
import { columns, textIn } from './driver.ts';
import type { Database } from './driver.ts';
import { latestSchema, schemaVersion } from './migrate.ts';
import { withDatabase } from './open-as-is.ts';

/** SQLite checks some 500 MB a second, and nothing can cut it off meanwhile. */
const largestChecked = 1024 ** 3;

/** `database`: the file, its schema, and SQLite's own check of every page and index. */
export const databaseCheck = (directory: string): Check => ({
  name: 'database',
  needs: ['directory'],
  timeoutMs: 3_000,
  async examine() {
    const found = await withDatabase(directory, (db) => {
      const version = schemaVersion(db);
      const { size } = statSync(db.path);
      const isChecked = size <= largestChecked;
      if (isChecked) assertIntact(db);
      const megabytes = `${(size / 1024 ** 2).toFixed(1)} MB`;
      const words = `${isChecked ? 'intact' : 'too large to be checked whole'}, ${megabytes}, schema ${String(version)}`;
      return version === latestSchema
        ? ok(words)
        : warning(`${words}; this wactl uses ${String(latestSchema)}`, 'bring it up to date: wactl list');
    });
    return found ?? ok('none yet: the first session makes it');
  },
});

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
