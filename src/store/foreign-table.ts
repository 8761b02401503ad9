import { FileDamagedError } from '../errors.ts';
import type { ForeignDatabase } from './foreign-database.ts';
import type { BoundValue, Row } from './row-values.ts';

/** What a column may hold. Anything else is null, so that neither its type nor its size can surprise whoever reads it. */
export type Column = { readonly name: string; readonly nullable?: true } & (
  | { readonly kind: 'text' }
  | { readonly kind: 'bytes'; readonly least: number; readonly most: number }
  | { readonly kind: 'integer'; readonly most: number }
);

type ValueOf<C extends Column> =
  | { text: string; bytes: Uint8Array; integer: number }[C['kind']]
  | (C extends { nullable: true } ? null : never);

export type Columns = Readonly<Record<string, Column>>;
export type Read<T extends Columns> = { readonly [K in keyof T]: ValueOf<T[K]> };

const mostText = 10_000;
const [mostRows, mostBytes] = [2_000_000, 256 * 1024 * 1024];

/** Whether it has this table, and with this column. Asked without reading a name, which may be anything. */
export const hasTable = (db: ForeignDatabase, table: string): boolean =>
  db.rows(
    `SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = ? AND sql LIKE 'CREATE TABLE%'`,
    [table],
  ).length === 1;

export const hasColumn = (db: ForeignDatabase, table: string, column: string): boolean =>
  db.rows('SELECT 1 AS one FROM pragma_table_info(?) WHERE name = ?', [table, column]).length === 1;

/** The rows of a table that hold what they should, and how many do not. Throws `file_damaged` for too much of it. */
export function readTable<const T extends Columns>(
  db: ForeignDatabase,
  table: string,
  columns: T,
  where = '1',
  values: readonly BoundValue[] = [],
): { readonly rows: readonly Read<T>[]; readonly unreadable: number } {
  const all = Object.entries(columns);
  const size = all.map(([, { name }]) => `coalesce(length(${name}), 0)`).join(' + ');
  const [sum] = db.rows(
    `SELECT count(*) AS number, total(${size}) AS bytes FROM ${table} WHERE ${where}`,
    values,
  );
  if (Number(sum?.['number']) > mostRows || Number(sum?.['bytes']) > mostBytes)
    throw new FileDamagedError(`the table ${table} has more in it than a session can have`);
  const selected = all.map(([key, column]) => `${checked(column)} AS "${key}"`).join();
  const rows = db
    .rows(`SELECT ${selected} FROM ${table} WHERE ${where}`, values)
    .map((row) => readRow(columns, row));
  const whole = rows.filter((row) => row !== undefined);
  return { rows: whole, unreadable: rows.length - whole.length };
}

/** Text comes as bytes: libsql ends the process on text that is not UTF-8. */
function checked(column: Column): string {
  const { name, kind } = column;
  switch (kind) {
    case 'text':
      return `CASE WHEN typeof(${name}) = 'text' AND length(CAST(${name} AS BLOB)) <= ${String(mostText)} THEN CAST(${name} AS BLOB) END`;
    case 'bytes':
      return `CASE WHEN typeof(${name}) = 'blob' AND length(${name}) BETWEEN ${String(column.least)} AND ${String(column.most)} THEN ${name} END`;
    case 'integer':
      return `CASE WHEN typeof(${name}) = 'integer' AND ${name} BETWEEN 0 AND ${String(column.most)} THEN ${name} END`;
  }
}

function readRow<T extends Columns>(columns: T, row: Row): Read<T> | undefined {
  const read: Record<string, BoundValue> = {};
  for (const [key, { kind, nullable }] of Object.entries(columns)) {
    const value = row[key] ?? null;
    const usable = kind === 'text' && value instanceof Uint8Array ? textOf(value) : value;
    if (usable === null && !nullable) return undefined;
    read[key] = usable;
  }
  return read as Read<T>;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
