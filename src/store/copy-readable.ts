import { WactlError } from '../errors.ts';
import { columns } from './driver.ts';
import { textIn } from './row-values.ts';
import type { Database } from './driver.ts';

/** What the copy below could not read. */
export type Losses = {
  /** Tables of which rows are missing. */
  readonly tables: readonly string[];
  /** Sessions that are damaged by that, by their ids. */
  readonly sessions: readonly string[];
};

/** Rows that mean nothing in another file, or that the draft has already. */
const leftOut = ['leases', 'delivery_claims', 'meta'];
const ownMeta = `key NOT IN ('schema_version', 'schema_definitions')`;
/** As often a part of a table is tried that cannot be read. */
const mostFailures = 20_000;
/** Makes a record count as damaged: no checksum is negative. */
const noChecksum = -1;
const isSessionId = `id NOT GLOB '*[^a-z0-9._-]*' AND id <> ''`;

/**
 * Copies each row that can be read from a damaged database into the draft that is attached to it as `draft`, as it is:
 * values stay sealed. A session of which the record or keys cannot be read whole stays there, and counts as damaged.
 */
export function copyReadable(db: Database): Losses {
  const tables: string[] = [];
  const sessions = new Set<string>();
  for (const table of tablesOf(db)) {
    if (leftOut.includes(table) || table === 'keys') continue;
    if (!copyTable(db, table)) tables.push(table);
  }
  attempt(() => copyRows(db, 'meta', ownMeta));
  addLostSessions(db);
  if (!attempt(() => copyRows(db, 'keys', 'TRUE'))) {
    tables.push('keys');
    for (const id of sessionIds(db)) {
      if (attempt(() => copyRows(db, 'keys', 'session_id = ?', [id]))) continue;
      db.run('UPDATE draft.sessions SET checksum = ? WHERE id = ?', [noChecksum, id]);
      sessions.add(id);
    }
  }
  removeOrphans(db);
  return { tables, sessions: [...sessions] };
}

function copyTable(db: Database, table: string): boolean {
  if (isWithoutRowid(db, table)) return attempt(() => copyRows(db, table, 'TRUE'));
  let failures = 0;
  const copy = (from: number, to: number): boolean => {
    const isCopied = attempt(() => copyRows(db, table, 'rowid BETWEEN ? AND ?', [from, to]));
    if (isCopied) return true;
    failures += 1;
    if (from === to || failures > mostFailures) return false;
    const middle = Math.floor(from + (to - from) / 2);
    const [isFirst, isSecond] = [copy(from, middle), copy(middle + 1, to)];
    return isFirst && isSecond;
  };
  return copy(1, lastRowid(db, table));
}

function copyRows(
  db: Database,
  table: string,
  where: string,
  values: readonly (string | number)[] = [],
): void {
  const names = commonColumns(db, table).join();
  db.run(
    `INSERT OR IGNORE INTO draft.${table} (${names}) SELECT ${names} FROM main.${table} WHERE ${where}`,
    values,
  );
}

/** Sessions whose row is lost, but which an index, credentials or keys still name: as damaged ones. */
function addLostSessions(db: Database): void {
  const from = [
    'SELECT id FROM main.sessions INDEXED BY sqlite_autoindex_sessions_1',
    'SELECT session_id AS id FROM main.creds',
    'SELECT session_id AS id FROM draft.creds',
    'SELECT DISTINCT session_id AS id FROM main.keys',
  ];
  const rows = db.rows(
    `SELECT name, type FROM pragma_table_info('sessions', 'draft') WHERE "notnull" = 1 AND dflt_value IS NULL AND name <> 'id'`,
    [],
  );
  const needed = rows.map(({ name, type }) => ({ name: String(name), value: type === 'TEXT' ? `''` : '1' }));
  const names = ['id', 'checksum', 'proxy', ...needed.map(({ name }) => name)].join();
  // Without its proxy nothing may be sent for it.
  const values = ['id', String(noChecksum), `x'00'`, ...needed.map(({ value }) => value)].join();
  for (const ids of from)
    attempt(() =>
      db.run(
        `INSERT OR IGNORE INTO draft.sessions (${names}) SELECT ${values} FROM (${ids}) WHERE ${isSessionId}`,
        [],
      ),
    );
}

function removeOrphans(db: Database): void {
  for (const table of tablesOf(db)) {
    if (!columnsOf(db, 'draft', table).includes('session_id')) continue;
    db.run(`DELETE FROM draft.${table} WHERE session_id NOT IN (SELECT id FROM draft.sessions)`, []);
  }
}

const sessionIds = (db: Database): string[] =>
  db.rows(`SELECT ${columns(['id'])} FROM draft.sessions`, []).flatMap((row) => textIn(row['id']) ?? []);

/** Those of the draft, in the order in which they were made. */
const tablesOf = (db: Database): string[] =>
  db
    .rows(
      `SELECT name FROM draft.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid`,
      [],
    )
    .map((row) => String(row['name']));

const columnsOf = (db: Database, schema: 'main' | 'draft', table: string): string[] =>
  db.rows(`SELECT name FROM pragma_table_info(?, ?)`, [table, schema]).map((row) => String(row['name']));

function commonColumns(db: Database, table: string): string[] {
  const there = columnsOf(db, 'main', table);
  return columnsOf(db, 'draft', table).filter((name) => there.includes(name));
}

const isWithoutRowid = (db: Database, table: string): boolean =>
  /WITHOUT ROWID\s*$/i.test(
    String(db.rows('SELECT sql FROM draft.sqlite_schema WHERE name = ?', [table])[0]?.['sql']),
  );

const farthest = 2 ** 32;
function lastRowid(db: Database, table: string): number {
  let last = farthest;
  attempt(() => {
    const found = db.rows(`SELECT max(rowid) AS last FROM main.${table} NOT INDEXED`, [])[0]?.['last'];
    last = Math.min(Math.max(Number(found ?? 1), 1), Number.MAX_SAFE_INTEGER);
  });
  return last;
}

/** False when the database is too damaged for this. Throws when something else is wrong, as with a full disk. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof WactlError && error.code !== 'store_damaged') throw error;
    return false;
  }
}
