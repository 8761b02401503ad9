import type { SessionStore } from '../../ports/store.ts';
import type { Leases } from '../../ports/leases.ts';
import type { Sealer } from '../seal.ts';
import type { Asking } from './asking.ts';

/** A database as the copy of a whole store sees it: rows, as they are sealed. */
export interface CopyPlace extends Pick<SessionStore, 'readWhole'> {
  readonly leases: Pick<Leases, 'leases'>;
  /** The name of a table in a statement. */
  readonly table: (name: string) => string;
  /** Columns of a SELECT, which may hold text. */
  readonly select: (names: readonly string[]) => string;
  /**
   * Works in one transaction, also on a store that is frozen. `alone`: begins when all transactions that write have ended. `work` may
   * be called again.
   */
  copying<T>(kind: 'read' | 'write' | 'alone', work: (now: Date) => Asking<T>): Promise<T>;
  /** The data key, for a database that gets what is sealed with it; undefined before the first secret. Throws `missing_key`, `wrong_key`. */
  dataKey(): Promise<Sealer | undefined>;
  /** Puts the data key of another database, under the key that belongs to this one. Only where nothing is sealed with another. */
  adoptDataKey(sealer: Sealer): Promise<void>;
}
