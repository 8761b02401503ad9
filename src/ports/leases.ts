import type { SessionStatus } from '../domain/session.ts';

/** Who holds a session. It is alive as long as its socket answers; `leaseId` tells one claim from the next. */
export type Lease = {
  readonly sessionId: string;
  /** Random, made anew for each claim. */
  readonly leaseId: string;
  readonly pid: number;
  /** Where the holder answers: a Unix socket, or a named pipe on Windows. */
  readonly socketPath: string;
  readonly acquiredAt: Date;
  /** What the holder has last said of the session. */
  readonly status: SessionStatus;
};

export type LeaseClaim = Omit<Lease, 'acquiredAt'>;

/**
 * The claims of processes on sessions, at most one a session: atomic between processes, and gone with the session. They
 * need not survive a power loss, since no holder does. Contract suite: test/contract/leases.ts.
 */
export interface Leases {
  /**
   * Takes the session when nobody has it, or when the lease that stands is `dead` (its id). Answers with the lease that
   * stands now, ours or another's. Throws `not_found`.
   */
  acquire(claim: LeaseClaim, dead?: string): Promise<Lease>;
  leaseOf(sessionId: string): Promise<Lease | undefined>;
  /** Sorted by session. */
  leases(): Promise<Lease[]>;
  /** Nothing happens when the lease is not there any more. */
  setLeaseStatus(leaseId: string, status: SessionStatus): Promise<void>;
  /** Nothing happens when the lease is not there any more. */
  release(leaseId: string): Promise<void>;
}
