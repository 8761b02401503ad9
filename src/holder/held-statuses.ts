import type { Lease } from '../ports/leases.ts';
import type { SessionStatus } from '../domain/session.ts';
import { standingLeases } from './standing-leases.ts';

/** The statuses in the leases that stand. */
export async function heldStatuses(
  leases: readonly Lease[],
  answers: (socketPath: string) => Promise<boolean>,
): Promise<ReadonlyMap<string, SessionStatus>> {
  const standing = await standingLeases(leases, answers);
  return new Map(standing.map(({ sessionId, status }) => [sessionId, status]));
}
