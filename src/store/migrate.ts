import type { Database } from './driver.ts';
import { migrations } from './schema.ts';
import { assertUnchanged, definitions, latestSchema, readMeta } from './schema-version.ts';

/**
 * Builds the schema in an empty database: all steps in one transaction, because each transaction waits for the disk
 * several times.
 */
export function createSchema(db: Database, upTo: number): void {
  db.transaction('write', () => {
    for (const [version, sql] of steps().slice(0, upTo).entries()) takeStep(db, version, sql);
  });
}

/**
 * Brings a database of the version `found` up to date, each step in its own transaction; processes may do this at the same time.
 * Throws as `schemaVersion` does.
 */
export function migrate(db: Database, found: number): void {
  for (const [version, sql] of steps().entries()) {
    if (version < found) continue;
    db.transaction('write', () => {
      const now = readMeta(db);
      assertUnchanged(db, now);
      if (now.version === version) takeStep(db, version, sql);
    });
  }
}

function steps(): readonly string[] {
  if (migrations.length !== latestSchema) throw new Error(`latestSchema is not ${migrations.length}`);
  return migrations;
}

function takeStep(db: Database, version: number, sql: string): void {
  db.exec(sql);
  const put = `INSERT OR REPLACE INTO meta (key, value)`;
  db.run(`${put} VALUES ('schema_version', ?)`, [version + 1]);
  db.run(`${put} VALUES ('schema_definitions', ${definitions})`, []);
}
