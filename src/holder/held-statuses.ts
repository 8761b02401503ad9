import type { Lease } from '../ports/leases.ts';
import type { SessionStatus } from '../domain/session.ts';
import { standingLeases } from './standing-leases.ts';

/** The machines of sessions that are held on another one, by session. */
export const heldElsewhere = (leases: readonly Lease[]): ReadonlyMap<string, string> =>
  new Map(leases.flatMap(({ sessionId, host }) => (host === undefined ? [] : [[sessionId, host]])));

/** The statuses in the leases that stand. */
export async function heldStatuses(
  leases: readonly Lease[],
  answers: (socketPath: string) => Promise<boolean>,
): Promise<ReadonlyMap<string, SessionStatus>> {
  const standing = await standingLeases(leases, answers);
  return new Map(standing.map(({ sessionId, status }) => [sessionId, status]));
}
