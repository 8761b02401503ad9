import { availableParallelism, loadavg } from 'node:os';

/** The time after which everything is online again, before what the work takes: starts, logins, commits. */
export type StatedTime = {
  /** `end`: nothing, or not all, can be online before the fault is over. */
  readonly since: 'fault' | 'end';
  readonly ms: (termMs: number) => number;
};

/** A host looks for free sessions this often in the term of a lease. */
const look = 1 / 6;
/** This part of it passes after the end of a lease before another machine takes it. */
const grace = 1 / 6;
/** How long a session rests at a host that could not take it (`online-supervisor.ts`). */
const restMs = 20_000;

/** The leases of a machine end, and the others see it; or it sees for as long that no session can log in there, and hands them over. */
export const elsewhere: StatedTime = { since: 'fault', ms: (termMs) => termMs * (1 + grace + look) };

/** A machine lets go of them. */
export const handedOver: StatedTime = { since: 'fault', ms: (termMs) => termMs * look };

/** Leases are kept, and so are connections to WhatsApp. */
export const keptOn: StatedTime = { since: 'end', ms: (termMs) => termMs * look };

/** After a database that nobody could use: leases may be over, and a host may have tried to take some in vain. */
export const takenAnew: StatedTime = {
  since: 'end',
  ms: (termMs) => Math.max(restMs, termMs * (1 + grace)) + termMs * look,
};

/**
 * Connections to WhatsApp were lost for `terms` of a lease. The pause before an attempt is at most three quarters of 1 s, 2 s, 4 s, … and
 * 60 s, those before it were a quarter of theirs at least.
 */
export const reconnected = (terms: number): StatedTime => ({
  since: 'end',
  ms: (termMs) => Math.min(45_000, 3 * terms * termMs + 750),
});

/**
 * What a machine that does nothing else needs for a start of `serve` and the logins of all, with room. On a busy one it takes as much longer as
 * processes wait for each processor.
 */
export const workMs = (): number => 5_000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
