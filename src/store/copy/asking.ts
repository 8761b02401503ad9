import type { Lease } from '../../ports/leases.ts';
import type { BoundValue, Row } from '../row-values.ts';

/** What work asks of a database, in SQL that SQLite and PostgreSQL both know; "?" stands for a value. */
export type Question =
  | { readonly kind: 'rows' | 'run'; readonly sql: string; readonly values: readonly BoundValue[] }
  | { readonly kind: 'leases' };

/** Work in one transaction, for either kind of database: one answers at once, the other later. */
export type Asking<T> = Generator<Question, T, unknown>;

/** `names` as `CopyPlace.select` gives them. */
export function* rows(sql: string, values: readonly BoundValue[] = []): Asking<Row[]> {
  return (yield { kind: 'rows', sql, values }) as Row[];
}

/** Returns the number of changed rows. */
export function* run(sql: string, values: readonly BoundValue[] = []): Asking<number> {
  return (yield { kind: 'run', sql, values }) as number;
}

/** The leases that count. */
export function* leases(): Asking<Lease[]> {
  return (yield { kind: 'leases' }) as Lease[];
}
