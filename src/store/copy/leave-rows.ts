import { checksumOf, sessionColumns, withText } from '../session-row.ts';
import type { Row } from '../row-values.ts';
import { rows, run } from './asking.ts';
import type { Asking } from './asking.ts';
import type { CopyPlace } from './copy-place.ts';

/** Fences the sessions that may connect, because they do so elsewhere now, and drops the events that are delivered from there. */
export function* leaveRows({ table, select }: CopyPlace, now: Date): Asking<void> {
  const sql = `SELECT ${select(sessionColumns)} FROM ${table('sessions')} AS one
    WHERE one.fence_reason IS NULL AND (one.paired <> 0 OR one.unconfirmed <> 0)`;
  const names = ['wants_online', 'fence_reason', 'fence_at', 'updated_at', 'checksum'] as const;
  for (const raw of yield* rows(sql)) {
    const at = now.getTime();
    const row = withText({ ...raw, wants_online: 0, fence_reason: 'moved', fence_at: at, updated_at: at });
    const fenced: Row = { ...row, checksum: checksumOf(row) };
    yield* run(`UPDATE ${table('sessions')} SET ${names.map((name) => `${name} = ?`).join()} WHERE id = ?`, [
      ...names.map((name) => fenced[name] ?? null),
      row['id'] ?? null,
    ]);
  }
  yield* run(`DELETE FROM ${table('outbox')} WHERE state = 'pending'`);
}
