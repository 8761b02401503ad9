import type { KeySource } from '../ports/data-key.ts';
import type { OpenedStore } from '../store/open-store.ts';
import { makePrivateDirectory } from '../make-private-directory.ts';
import { openPostgres } from '../store/postgres/open-postgres.ts';
import type { PostgresOptions } from '../store/postgres/open-postgres.ts';
import { hostHere } from './host-here.ts';
import { systemClock } from './system-clock.ts';

export type FleetStoreParts = {
  /** Where the sockets of this machine's processes are. */
  readonly directory: string;
  readonly keys: KeySource;
  readonly process: PostgresOptions['process'];
  readonly asItIs?: PostgresOptions['asItIs'];
};

/** Opens the sessions of a PostgreSQL. */
export function openFleetStore(
  address: string,
  { directory, keys, process, asItIs }: FleetStoreParts,
): Promise<OpenedStore> {
  makePrivateDirectory(directory);
  return openPostgres({ address, keys, process, asItIs, clock: systemClock, host: hostHere(directory) });
}
