import type { Holder } from '../ports/holder.ts';
import type { Lease } from '../ports/leases.ts';
import { SessionRegistry } from './session-registry.ts';
import type { SessionRegistryParts } from './session-registry.ts';
import { holderRouter } from './holder-router.ts';
import { standingLeases } from './standing-leases.ts';

/** How this process holds sessions and asks other processes about theirs. */
export type Holding = {
  readonly holder: Holder;
  /** The sessions that this process holds. */
  readonly own: SessionRegistry;
  /** What processes hold, this one among them. */
  readonly standing: () => Promise<readonly Lease[]>;
};

/** `lifetime`: when it is aborted, sessions that are kept online with no caller waiting for them end too. */
export function createHolder(parts: SessionRegistryParts & { readonly lifetime: AbortSignal }): Holding {
  const { leases, peers, pid } = parts;
  const own = new SessionRegistry(parts);
  const standing = async (): Promise<readonly Lease[]> => {
    const all = await leases.leases();
    // A lease of this process for a session that it no longer holds could not be released: it does not count.
    const worth = all.filter(
      (lease) => lease.host !== undefined || lease.pid !== pid || own.get(lease.sessionId),
    );
    return standingLeases(worth, (path) => peers.answers(path));
  };
  return { own, standing, holder: holderRouter({ ...parts, own, standing }) };
}
