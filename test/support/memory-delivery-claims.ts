import type { Box } from '../../src/domain/box.ts';
import type { DeliveryClaims } from '../../src/ports/delivery-claims.ts';

export type MemoryClaimsParts = {
  readonly now: () => Date;
  readonly hasSession: (id: string) => boolean;
  /** Whether the session has a lease other than this one. */
  readonly isHeld: (sessionId: string, deadLease: string | undefined) => boolean;
  /** Does the work at once, and answers later with a copy. */
  readonly answer: <T>(work: () => T) => Promise<T>;
};

type Claim = { readonly claimId: string; readonly until: Date; readonly forMs: number };

/** Claims in memory, as faithful as the contract suite can tell. */
export function memoryDeliveryClaims({ now, hasSession, isHeld, answer }: MemoryClaimsParts): DeliveryClaims {
  const kept = new Map<string, Claim>();
  const nameOf = ({ sessionId, receiver }: Box): string => JSON.stringify([sessionId, receiver]);
  const standing = (box: Box): Claim | undefined => {
    const claim = hasSession(box.sessionId) ? kept.get(nameOf(box)) : undefined;
    const left = claim ? claim.until.getTime() - now().getTime() : 0;
    return claim && left > 0 && left <= claim.forMs ? claim : undefined;
  };
  return {
    claim: (box, claimId, forMs, deadLease) =>
      answer(() => {
        const before = standing(box);
        if (!hasSession(box.sessionId) || isHeld(box.sessionId, deadLease)) return undefined;
        if (before && before.claimId !== claimId) return undefined;
        kept.set(nameOf(box), { claimId, forMs, until: new Date(now().getTime() + forMs) });
        return before ? 'kept' : 'new';
      }),
    isClaimed: (box, exceptId) =>
      answer(() => {
        const claim = standing(box);
        return claim !== undefined && claim.claimId !== exceptId;
      }),
    release: (box, claimId) =>
      answer(() => {
        if (kept.get(nameOf(box))?.claimId === claimId) kept.delete(nameOf(box));
      }),
  };
}
