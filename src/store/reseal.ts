import { putKeys } from './credential-table.ts';
import type { SealedKey } from './credential-table.ts';
import { credsPlace, previousCredsPlace } from './credential-values.ts';
import { columns } from './driver.ts';
import { textIn } from './row-values.ts';
import type { Database } from './driver.ts';
import type { Row } from './row-values.ts';
import { payloadPlace } from './outbox-row.ts';
import type { SealedPlace } from './seal.ts';
import { anew, resealedRow } from './reseal-values.ts';
import type { Reseal } from './reseal-values.ts';
import { sealedColumns, sessionColumns } from './session-row.ts';

const rowsAtOnce = 200;

/** Seals every secret in the database anew. Runs inside the caller's transaction. */
export function resealAll(db: Database, reseal: Reseal): void {
  resealSessions(db, reseal);
  resealCreds(db, reseal);
  resealKeys(db, reseal);
  resealPayloads(db, reseal);
}

function resealSessions(db: Database, reseal: Reseal): void {
  const all = `rowid AS at, ${columns(sessionColumns)}`;
  for (const { at, ...row } of rowsOf(db, all, 'sessions', 'rowid')) {
    const changed = resealedRow(row, reseal);
    if (!changed) continue;
    const names = [...sealedColumns, 'checksum'];
    const sql = `UPDATE sessions SET ${names.map((name) => `${name} = ?`).join()} WHERE rowid = ?`;
    db.run(sql, [...names.map((name) => changed[name] ?? null), at ?? null]);
  }
}

function resealCreds(db: Database, reseal: Reseal): void {
  const names = `rowid AS at, ${columns(['session_id'])}, value, previous_value`;
  for (const { at, session_id, value = null, previous_value: previous = null } of rowsOf(
    db,
    names,
    'creds',
    'rowid',
  )) {
    const id = textIn(session_id);
    if (id === undefined) continue;
    const current = anew(value, credsPlace(id), reseal);
    const before = previousPlaces(id)
      .map((place) => anew(previous, place, reseal, previousCredsPlace(id)))
      .find((found) => found !== undefined);
    if (!current && !before) continue;
    const sql = 'UPDATE creds SET value = ?, previous_value = ? WHERE rowid = ?';
    db.run(sql, [current ?? value, before ?? previous, at ?? null]);
  }
}

/** Earlier versions kept the previous creds as they were when they were the current ones. */
const previousPlaces = (id: string): readonly SealedPlace[] => [previousCredsPlace(id), credsPlace(id)];

function resealKeys(db: Database, reseal: Reseal): void {
  for (const { session_id } of db.rows(`SELECT DISTINCT ${columns(['session_id'])} FROM keys`, [])) {
    const sessionId = textIn(session_id);
    if (sessionId === undefined) continue;
    const types = new Map<string, SealedKey[]>();
    const sql = `SELECT ${columns(['type', 'id'])}, value FROM keys WHERE session_id = ?`;
    for (const row of db.rows(sql, [sessionId])) {
      const [type, id] = [textIn(row['type']), textIn(row['id'])];
      if (type === undefined || id === undefined) continue;
      const value = anew(row['value'], [sessionId, type, id], reseal);
      if (!value) continue;
      const keys = types.get(type) ?? [];
      keys.push([id, value]);
      types.set(type, keys);
    }
    for (const [type, values] of types) putKeys(db, sessionId, type, values);
  }
}

function resealPayloads(db: Database, reseal: Reseal): void {
  const names = `seq AS at, ${columns(['session_id', 'receiver', 'event_id'])}, payload`;
  for (const row of rowsOf(db, names, 'outbox', 'seq')) {
    const [sessionId, receiver] = [textIn(row['session_id']), textIn(row['receiver'])];
    const eventId = textIn(row['event_id']);
    if (sessionId === undefined || receiver === undefined || eventId === undefined) continue;
    const payload = anew(row['payload'], payloadPlace({ sessionId, receiver }, eventId), reseal);
    if (payload) db.run('UPDATE outbox SET payload = ? WHERE seq = ?', [payload, row['at'] ?? null]);
  }
}

/** Few at a time, because a table may be large. `key` is called `at` in them. */
function* rowsOf(db: Database, names: string, table: string, key: string): Generator<Row> {
  const sql = `SELECT ${names} FROM ${table} WHERE ${key} > ? ORDER BY ${table}.${key} LIMIT ${String(rowsAtOnce)}`;
  let last = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = db.rows(sql, [last]);
    yield* rows;
    if (rows.length < rowsAtOnce) return;
    last = Number(rows.at(-1)?.['at']);
  }
}
