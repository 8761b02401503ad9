import type { Lease } from '../ports/leases.ts';
import type { SessionStatus } from '../domain/session.ts';

/**
 * The statuses in the leases whose holders answer, or are on another machine. Nobody knows those of a holder that is stopped.
 */
export async function heldStatuses(
  leases: readonly Lease[],
  answers: (socketPath: string) => Promise<boolean>,
): Promise<ReadonlyMap<string, SessionStatus>> {
  const here = leases.filter(({ host }) => host === undefined);
  const paths = [...new Set(here.map(({ socketPath }) => socketPath))];
  const haveAnswered = await Promise.all(paths.map((path) => answers(path)));
  const there = new Set(paths.filter((_, index) => haveAnswered[index]));
  return new Map(
    leases
      .filter(({ host, socketPath }) => host !== undefined || there.has(socketPath))
      .map(({ sessionId, status }) => [sessionId, status]),
  );
}
