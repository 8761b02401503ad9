import { credsPlace, previousCredsPlace } from '../credential-values.ts';
import { payloadPlace } from '../outbox-row.ts';
import { anew, resealedRow } from '../reseal-values.ts';
import type { Reseal } from '../reseal-values.ts';
import type { Row } from '../row-values.ts';
import { sealedColumns, sessionColumns } from '../session-row.ts';
import type { Statements, Value } from './connections.ts';

const rowsAtOnce = 200;

/** Seals every secret in the database anew. Runs inside the caller's transaction, which nobody seals beside. */
export async function resealAll(statements: Statements, reseal: Reseal): Promise<void> {
  await resealSessions(statements, reseal);
  await resealCreds(statements, reseal);
  await resealKeys(statements, reseal);
  await resealPayloads(statements, reseal);
}

async function resealSessions(statements: Statements, reseal: Reseal): Promise<void> {
  const names = [...sealedColumns, 'checksum'];
  const changes = names.map((name, index) => `${name} = $${String(index + 2)}`).join();
  for await (const row of rowsOf(statements, 'sessions', sessionColumns, ['id'])) {
    const changed = resealedRow(row, reseal);
    if (!changed) continue;
    const values = names.map((name) => changed[name] ?? null);
    await statements.run(`UPDATE wactl.sessions SET ${changes} WHERE id = $1`, [
      row['id'] ?? null,
      ...values,
    ]);
  }
}

async function resealCreds(statements: Statements, reseal: Reseal): Promise<void> {
  const fields = ['session_id', 'value', 'previous_value'];
  for await (const row of rowsOf(statements, 'creds', fields, ['session_id'])) {
    const id = String(row['session_id']);
    const value = anew(row['value'], credsPlace(id), reseal) ?? row['value'];
    const previous = anew(row['previous_value'], previousCredsPlace(id), reseal) ?? row['previous_value'];
    const sql = 'UPDATE wactl.creds SET value = $2, previous_value = $3 WHERE session_id = $1';
    await statements.run(sql, [id, value ?? null, previous ?? null]);
  }
}

async function resealKeys(statements: Statements, reseal: Reseal): Promise<void> {
  const key = ['session_id', 'type', 'id'];
  for await (const row of rowsOf(statements, 'keys', [...key, 'value'], key)) {
    const [session, type, id] = key.map((name) => String(row[name])) as [string, string, string];
    const value = anew(row['value'], [session, type, id], reseal);
    const sql = 'UPDATE wactl.keys SET value = $4 WHERE session_id = $1 AND type = $2 AND id = $3';
    if (value) await statements.run(sql, [session, type, id, value]);
  }
}

async function resealPayloads(statements: Statements, reseal: Reseal): Promise<void> {
  const fields = ['seq', 'session_id', 'receiver', 'event_id', 'payload'];
  for await (const row of rowsOf(statements, 'outbox', fields, ['seq'])) {
    const box = { sessionId: String(row['session_id']), receiver: String(row['receiver']) };
    const payload = anew(row['payload'], payloadPlace(box, String(row['event_id'])), reseal);
    if (payload)
      await statements.run('UPDATE wactl.outbox SET payload = $2 WHERE seq = $1', [
        row['seq'] ?? null,
        payload,
      ]);
  }
}

/** Few at a time, because a table may be large, in the order of its key. */
async function* rowsOf(
  statements: Statements,
  table: string,
  fields: readonly string[],
  key: readonly string[],
): AsyncGenerator<Row> {
  const order = key.join();
  let last: readonly Value[] | undefined;
  for (;;) {
    const after = last
      ? `WHERE (${order}) > (${last.map((_, index) => `$${String(index + 1)}`).join()})`
      : '';
    const rows = await statements.rows(
      `SELECT ${fields.join()} FROM wactl.${table} ${after} ORDER BY ${order} LIMIT ${String(rowsAtOnce)}`,
      last ?? [],
    );
    yield* rows;
    if (rows.length < rowsAtOnce) return;
    last = key.map((name) => rows.at(-1)?.[name] ?? null);
  }
}
