import type { Statements } from './connections.ts';

const usualMs = 30_000;

/** Leases are renewed so often in their term. */
export const perTerm = 3;

/**
 * How long a lease lasts that is not renewed, in milliseconds. All machines have to agree on it, so the database may say another one;
 * tests let it.
 */
export async function leaseTermMs(statements: Statements): Promise<number> {
  const [row] = await statements.rows(`SELECT value FROM wactl.meta WHERE key = 'lease_term_ms'`);
  return row === undefined ? usualMs : Number(row['value']);
}

export const interval = (ms: number): string => `interval '${String(ms)} milliseconds'`;

/** A time of PostgreSQL as milliseconds since 1970. */
export const milliseconds = (time: string): string => `(extract(epoch FROM ${time}) * 1000)::bigint`;
