import { LeaseLostError } from '../../errors.ts';
import type { Row } from '../row-values.ts';
import type { Statements } from './connections.ts';

export type Locked = {
  /** Of the table `sessions`. */
  readonly columns: string;
  /** What others may not do with the row until the transaction ends. */
  readonly lock: 'FOR UPDATE' | 'FOR NO KEY UPDATE' | 'FOR SHARE';
  /** The lease under which something is written; undefined: none is needed. */
  readonly leaseId: string | undefined;
};

/**
 * The row of a session, locked until the caller's transaction ends; undefined when there is none. With a lease, that is locked too, so
 * that whoever takes the session over waits for the transaction. Throws LeaseLostError when the lease is not the current one or is over.
 */
export async function lockedSession(
  statements: Statements,
  id: string,
  { columns, lock, leaseId }: Locked,
): Promise<Row | undefined> {
  const row = `SELECT ${columns} FROM wactl.sessions WHERE id = $1 ${lock}`;
  if (leaseId === undefined) return (await statements.rows(row, [id]))[0];
  // In one round trip: first the row of the session, as everywhere, then its lease. A takeover gives the lease another id, which waits
  // for this lock; a renewal and a change of its status do not.
  const sql = `WITH there AS MATERIALIZED (${row})
    SELECT there.*, EXISTS (SELECT 1 FROM wactl.leases
      WHERE session_id = $1 AND lease_id = $2 AND expires_at > clock_timestamp() FOR KEY SHARE) AS is_held FROM there`;
  const [found] = await statements.rows(sql, [id, leaseId]);
  if (!found) return undefined;
  const { is_held: isHeld, ...session } = found;
  if (String(isHeld) !== 'true') throw new LeaseLostError(id);
  return session;
}
