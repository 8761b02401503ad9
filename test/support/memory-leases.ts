import { SessionNotFoundError } from '../../src/errors.ts';
import type { Lease, Leases } from '../../src/ports/leases.ts';

export type MemoryLeasesParts = {
  readonly now: () => Date;
  readonly hasSession: (id: string) => boolean;
  /** Does the work at once, and answers later with a copy. */
  readonly answer: <T>(work: () => T) => Promise<T>;
};

/** Leases in memory, as faithful as the contract suite can tell; call `forget` when a session is removed. */
export function memoryLeases({ now, hasSession, answer }: MemoryLeasesParts): {
  readonly leases: Leases;
  readonly forget: (sessionId: string) => void;
  /** Whether there is a lease on it other than the dead ones. */
  readonly isHeld: (sessionId: string, ...dead: readonly (string | undefined)[]) => boolean;
  /** Whether this lease is the current one of the session. */
  readonly holds: (leaseId: string, sessionId: string) => boolean;
} {
  const kept = new Map<string, Lease>();
  const byId = (leaseId: string): Lease | undefined =>
    [...kept.values()].find((lease) => lease.leaseId === leaseId);
  const leases: Leases = {
    acquire: (claim, dead) =>
      answer(() => {
        if (!hasSession(claim.sessionId)) throw new SessionNotFoundError(claim.sessionId);
        const standing = kept.get(claim.sessionId);
        if (standing && standing.leaseId !== dead) return standing;
        const lease = { ...claim, acquiredAt: now() };
        kept.set(claim.sessionId, lease);
        return lease;
      }),
    leaseOf: (sessionId) => answer(() => kept.get(sessionId)),
    leases: () => answer(() => [...kept.values()].sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1))),
    setLeaseStatus: (leaseId, status) =>
      answer(() => {
        const lease = byId(leaseId);
        if (lease) kept.set(lease.sessionId, { ...lease, status });
      }),
    release: (leaseId) =>
      answer(() => {
        const lease = byId(leaseId);
        if (lease) kept.delete(lease.sessionId);
      }),
  };
  const isHeld = (sessionId: string, ...dead: readonly (string | undefined)[]): boolean => {
    const lease = kept.get(sessionId);
    return lease !== undefined && !dead.includes(lease.leaseId);
  };
  const holds = (leaseId: string, sessionId: string): boolean => kept.get(sessionId)?.leaseId === leaseId;
  return { leases, isHeld, holds, forget: (sessionId) => void kept.delete(sessionId) };
}
