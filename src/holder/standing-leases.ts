import type { Lease } from '../ports/leases.ts';

/** The leases whose holders answer, or are on another machine. Nobody knows what a holder does that is stopped. */
export async function standingLeases(
  leases: readonly Lease[],
  answers: (socketPath: string) => Promise<boolean>,
): Promise<readonly Lease[]> {
  const here = leases.filter(({ host }) => host === undefined);
  const paths = [...new Set(here.map(({ socketPath }) => socketPath))];
  const haveAnswered = await Promise.all(paths.map((path) => answers(path)));
  const there = new Set(paths.filter((_, index) => haveAnswered[index]));
  return leases.filter(({ host, socketPath }) => host !== undefined || there.has(socketPath));
}
