import type { Holder } from '../ports/holder.ts';
import type { Lease } from '../ports/leases.ts';
import type { Overview, Overviews } from '../ports/overview.ts';
import { SessionRegistry } from './session-registry.ts';
import type { SessionRegistryParts } from './session-registry.ts';
import { holderRouter } from './holder-router.ts';
import { overviewOf, withoutStale } from './overview-of.ts';
import { standingLeases } from './standing-leases.ts';

/** How this process holds sessions and asks other processes about theirs. */
export type Holding = {
  readonly holder: Holder;
  /** The sessions that this process holds. */
  readonly own: SessionRegistry;
  /** Of all sessions, for a `serve` that keeps its share of them online. */
  readonly overview: () => Promise<Overview>;
};

export type CreateHolderParts = SessionRegistryParts & {
  /** When it is aborted, sessions that are kept online with no caller waiting for them end too. */
  readonly lifetime: AbortSignal;
  /** Left out where a store is one machine's alone: then all rows are read. */
  readonly overviews?: Overviews | undefined;
};

const everything = { page: 1, perPage: 1_000_000 };

export function createHolder(parts: CreateHolderParts): Holding {
  const { store, leases, peers, pid, overviews } = parts;
  const own = new SessionRegistry(parts);
  const standing = async (): Promise<readonly Lease[]> => {
    const all = await leases.leases();
    // A lease of this process for a session that it no longer holds could not be released: it does not count.
    const worth = all.filter(
      (lease) => lease.host !== undefined || lease.pid !== pid || own.get(lease.sessionId),
    );
    return standingLeases(worth, (path) => peers.answers(path));
  };
  const overview = async (): Promise<Overview> => {
    if (!overviews) {
      const [{ sessions }, held] = await Promise.all([store.list(everything), standing()]);
      return overviewOf(sessions, held, own.ids);
    }
    const paths = await overviews.sockets();
    const answers = await Promise.all(paths.map((path) => peers.answers(path)));
    const seen = await overviews.overview(paths.filter((_, at) => !answers[at]));
    return withoutStale(seen, own, (id) => store.get(id));
  };
  return { own, overview, holder: holderRouter({ ...parts, own, standing }) };
}
