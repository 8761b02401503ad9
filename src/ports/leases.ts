import type { SessionStatus } from '../domain/session.ts';

/** The claim of a process on a session. It is alive as long as its socket answers; `leaseId` distinguishes claims. */
export type Lease = {
  readonly sessionId: string;
  /** Random, new for each claim. */
  readonly leaseId: string;
  readonly pid: number;
  /** Where the holder answers: a Unix socket, or a named pipe on Windows. */
  readonly socketPath: string;
  readonly acquiredAt: Date;
  /** The last status that the holder reported. */
  readonly status: SessionStatus;
  /** The machine of the holder, if it is another one: whether it has gone cannot be known from here, so its lease counts until it is over. */
  readonly host?: string;
  /** Where that machine can be asked, if it can. */
  readonly url?: string;
  /** The process of the holder, as its `serve` is announced (`ServingHost`). Left out where a store is one machine's alone. */
  readonly serverId?: string;
};

/** Why a process has a session no longer, unasked: the store could not be reached in time, or the lease is not the current one. */
export type LeaseLoss = 'not_renewed' | 'not_current';

export type LeaseClaim = Omit<Lease, 'acquiredAt' | 'host' | 'url' | 'serverId'>;

/**
 * The claims of processes on sessions, at most one per session: atomic between processes, and removed with the session.
 * They need not survive a power loss, because no holder does. Contract suite: test/contract/leases.ts.
 */
export interface Leases {
  /**
   * Takes the session when no process has it, or when the current lease is the one with the id `dead`. Resolves to the
   * lease that is current now, ours or another's. Throws `not_found`. `onLost` is called when this process has the session no longer:
   * its connection has to be closed at once, before another process takes it.
   */
  acquire(claim: LeaseClaim, dead?: string, onLost?: (why: LeaseLoss) => void): Promise<Lease>;
  leaseOf(sessionId: string): Promise<Lease | undefined>;
  /** Sorted by session. */
  leases(): Promise<Lease[]>;
  /** Does nothing when the lease no longer exists. */
  setLeaseStatus(leaseId: string, status: SessionStatus): Promise<void>;
  /** Does nothing when the lease no longer exists. */
  release(leaseId: string): Promise<void>;
}
