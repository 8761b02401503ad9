import type { KeySource } from '../ports/data-key.ts';
import type { OpenedStore } from '../store/open-store.ts';
import { makePrivateDirectory } from '../make-private-directory.ts';
import { openPostgres } from '../store/postgres/open-postgres.ts';
import { hostHere } from './host-here.ts';
import { systemClock } from './system-clock.ts';

/** Opens the sessions of a PostgreSQL. `directory`: where the sockets of this machine's processes are. */
export function openFleetStore(address: string, directory: string, keys: KeySource): Promise<OpenedStore> {
  makePrivateDirectory(directory);
  return openPostgres({ address, keys, clock: systemClock, host: hostHere(directory) });
}
