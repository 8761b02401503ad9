import type { Box } from '../domain/box.ts';

/** Whether this claim stood before, and has all the time, or is new. */
export type Claimed = 'kept' | 'new';

/**
 * Which process delivers the events of a box whose session no process holds: atomic between processes, for a time, and
 * removed with the session. They need not survive a power loss. Contract suite: test/contract/delivery-claims.ts.
 */
export interface DeliveryClaims {
  /**
   * Takes the box for so long, or keeps it so much longer. Undefined when another claim stands, or the session is gone or has a
   * lease other than the one with the id `deadLease`.
   */
  claim(
    box: Box,
    claimId: string,
    forMs: number,
    deadLease: string | undefined,
  ): Promise<Claimed | undefined>;
  /** Whether a claim other than this one stands on it. */
  isClaimed(box: Box, exceptId: string): Promise<boolean>;
  /** Does nothing when the claim no longer stands. */
  release(box: Box, claimId: string): Promise<void>;
}
