import type { Session } from '../domain/session.ts';

/** What a `serve` has to know of all sessions to keep its share of them online. */
export type Overview = {
  /** Of the sessions that should be online, how many each process has a lease on, by its `serverId` (`ServingHost`). */
  readonly kept: ReadonlyMap<string, number>;
  /** The processes that have one of them logged in. */
  readonly loggedIn: ReadonlySet<string>;
  /** Those of them that this process has. */
  readonly own: ReadonlySet<string>;
  /** The sessions that should be online, or whose pairing may be unfinished, and that no process has. */
  readonly free: readonly Session[];
  /** Sessions whose stored data is damaged, of those that were looked at. */
  readonly damaged: readonly string[];
};

/**
 * The overview of a store that several machines share, where all rows are too much to be read every few seconds. Contract:
 * test/contract/overviews.test.ts.
 */
export interface Overviews {
  /** The sockets of the leases of this machine. */
  sockets(): Promise<readonly string[]>;
  /** `dead`: sockets of this machine that answer no more; what their processes had is free. */
  overview(dead: readonly string[]): Promise<Overview>;
}
