import type { ServingHost } from '../domain/serving-host.ts';

/** What requests between the processes on one store are signed with, and when. */
export type FleetSecret = {
  /** 32 bytes, derived from the data key, which all have. */
  readonly secret: Uint8Array;
  readonly now: Date;
};

export type HostState = Pick<ServingHost, 'url' | 'sessions' | 'isDraining'>;

/**
 * The running `serve`s on one store. All times are by the clock of the store: those of the machines may differ. Contract suite:
 * test/contract/hosts.ts.
 */
export interface Hosts {
  /** This process, as `ServingHost.serverId` and `Lease.serverId` tell the others. */
  readonly serverId: string;
  /** How often a process is announced that is there: a third of the term of a lease, in milliseconds. */
  readonly everyMs: number;
  /** Tells the others of this process, or that it is still there; also when something changes. */
  announce(state: HostState): Promise<void>;
  /** Does nothing when it was not announced. */
  leave(): Promise<void>;
  /** The same for all. Throws `missing_key`, `wrong_key`. */
  secret(): Promise<FleetSecret>;
  /** Of this machine on the network of the store, "10.0.0.11"; null where that is this machine alone. */
  ownAddress(): Promise<string | null>;
  /** Sorted by name, then by `serverId`. One that was not seen for an hour is no longer there. */
  hosts(): Promise<ServingHost[]>;
}
