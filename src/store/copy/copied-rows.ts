import { WactlError, seeDoctor } from '../../errors.ts';
import { loadCrypto } from '../../keys/load-crypto.ts';
import { deliveryFields, receiverFields } from '../outbox-row.ts';
import { textIn } from '../row-values.ts';
import type { BoundValue, Row } from '../row-values.ts';
import { sealedColumns, sessionColumns } from '../session-row.ts';
import { tokenFields } from '../token-row.ts';
import { rows, run } from './asking.ts';
import type { Asking } from './asking.ts';
import type { CopyPlace } from './copy-place.ts';

type Table = {
  readonly name: string;
  readonly fields: readonly string[];
  /** The column with the id of the session. */
  readonly of: string;
  readonly order: string;
  /** Sealed values; what else is bytes is text. */
  readonly blobs: readonly string[];
};

/** All that belongs to a session, in an order in which it can be inserted. Leases and claims of deliveries are of running processes. */
const tables: readonly Table[] = [
  { name: 'sessions', fields: sessionColumns, of: 'id', order: 'id', blobs: sealedColumns },
  {
    name: 'creds',
    fields: ['session_id', 'value', 'written_at', 'previous_value', 'previous_written_at'],
    of: 'session_id',
    order: 'session_id',
    blobs: ['value', 'previous_value'],
  },
  {
    name: 'keys',
    fields: ['session_id', 'type', 'id', 'value'],
    of: 'session_id',
    order: 'type, id',
    blobs: ['value'],
  },
  {
    name: 'outbox',
    // The numbers of the target are its own; their order is the same.
    fields: [...deliveryFields.filter((name) => name !== 'seq'), 'failed_before_ms', 'finished_at'],
    of: 'session_id',
    order: 'seq',
    blobs: ['payload'],
  },
  {
    name: 'receivers',
    fields: ['session_id', 'receiver', ...receiverFields],
    of: 'session_id',
    order: 'receiver',
    blobs: [],
  },
  { name: 'tokens', fields: tokenFields, of: 'session_id', order: 'name', blobs: [] },
];

/** The rows of a session, or of none (id null), by table. */
export type CopiedRows = Readonly<Record<string, readonly Row[]>>;

const tablesOf = (id: string | null): readonly Table[] =>
  id === null ? tables.filter(({ name }) => name === 'tokens') : tables;

/** Of the session, or with null what belongs to none. Throws `store_damaged`. */
export function* readRows(place: CopyPlace, id: string | null): Asking<CopiedRows> {
  const found: Record<string, readonly Row[]> = {};
  for (const table of tablesOf(id)) {
    const { name, fields, of, order } = table;
    // The name of the table, because a SELECT may call something else by the name of the column.
    const sorted = order.split(', ').map((field) => `one.${field}`);
    const sql = `SELECT ${place.select(fields)} FROM ${place.table(name)} AS one
      WHERE ${id === null ? `one.${of} IS NULL` : `one.${of} = ?`} ORDER BY ${sorted.join()}`;
    const raw = yield* rows(sql, id === null ? [] : [id]);
    found[name] = raw.map((row) => readableRow(table, row, id));
  }
  return found;
}

/** In one statement. */
const valuesAtOnce = 8_000;

/** In the place of what is there. */
export function* putRows(place: CopyPlace, id: string | null, copied: CopiedRows): Asking<void> {
  yield* removeRows(place, id);
  for (const { name, fields } of tablesOf(id)) {
    const all = copied[name] ?? [];
    const rowsAtOnce = Math.floor(valuesAtOnce / fields.length);
    for (let at = 0; at < all.length; at += rowsAtOnce) {
      const some = all.slice(at, at + rowsAtOnce);
      const marks = `(${fields.map(() => '?').join()})`;
      yield* run(
        `INSERT INTO ${place.table(name)} (${fields.join()}) VALUES ${some.map(() => marks).join()}`,
        some.flatMap((row) => fields.map((field) => row[field] ?? null)),
      );
    }
  }
}

/** With what belongs to it. */
export const removeRows = ({ table }: CopyPlace, id: string | null): Asking<number> =>
  id === null
    ? run(`DELETE FROM ${table('tokens')} WHERE session_id IS NULL`)
    : run(`DELETE FROM ${table('sessions')} WHERE id = ?`, [id]);

/** The same for rows that are the same. */
export function digestOf(copied: CopiedRows): string {
  const hash = loadCrypto().createHash('sha256');
  for (const { name, fields } of tables)
    for (const row of copied[name] ?? [])
      hash.update(JSON.stringify([name, ...fields.map((field) => written(row[field] ?? null))]));
  return hash.digest('hex');
}

const written = (value: BoundValue): unknown =>
  value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value;

/** With its text. Throws `store_damaged` for what no version has written. */
function readableRow({ name, fields, blobs }: Table, row: Row, id: string | null): Row {
  const values = fields.map((field) => {
    const value = row[field] ?? null;
    if (!(value instanceof Uint8Array) || blobs.includes(field)) return [field, value] as const;
    const text = textIn(value);
    if (text === undefined) throw damaged(name, id);
    return [field, text] as const;
  });
  return Object.fromEntries(values);
}

const damaged = (table: string, id: string | null): WactlError =>
  new WactlError(
    'store_damaged',
    `a row of ${id === null ? 'no session' : `"${id}"`} in the table ${table} is damaged: it cannot be copied`,
    `nothing was moved; mend it first${seeDoctor}`,
  );
