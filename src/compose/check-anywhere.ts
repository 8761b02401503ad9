import { quickPeers } from '../api/quick-peer.ts';
import { checkElsewhere } from '../holder/check-elsewhere.ts';
import { isStopped } from '../is-stopped.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import type { Leases } from '../ports/leases.ts';

export type CheckAnywhereParts = {
  readonly leases: () => Promise<Pick<Leases, 'leaseOf'>>;
  readonly clock: Clock;
  /** Of this process, loaded when it is needed. */
  readonly holder: () => Promise<Holder>;
  /** Whether it has been loaded: it knows then what this process holds. */
  readonly isHolding: () => boolean;
};

/** `check`, which asks another process before a holder is loaded in this one. */
export function checkAnywhere({ leases, clock, holder, isHolding }: CheckAnywhereParts): Holder['check'] {
  const peers = { ...quickPeers, isStopped };
  return async (session, options) =>
    isHolding()
      ? (await holder()).check(session, options)
      : checkElsewhere({ leases: await leases(), clock, peers, holder })(session, options);
}
