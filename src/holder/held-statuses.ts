import type { Lease } from '../ports/leases.ts';
import type { SessionStatus } from '../domain/session.ts';

/** The statuses in the leases whose holders are running. */
export async function heldStatuses(
  leases: readonly Lease[],
  isThere: (socketPath: string) => Promise<boolean>,
): Promise<ReadonlyMap<string, SessionStatus>> {
  const paths = [...new Set(leases.map(({ socketPath }) => socketPath))];
  const areThere = await Promise.all(paths.map((path) => isThere(path)));
  const there = new Set(paths.filter((_, index) => areThere[index]));
  return new Map(
    leases
      .filter(({ socketPath }) => there.has(socketPath))
      .map(({ sessionId, status }) => [sessionId, status]),
  );
}
