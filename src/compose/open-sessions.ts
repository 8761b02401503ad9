import { openStoreWhenFree } from '../store/open-store.ts';
import type { FleetStoreParts } from './fleet-store.ts';
import type { OpenedStore, StoreOptions } from '../store/open-store.ts';

type Options = StoreOptions & FleetStoreParts;

/** Opens the sessions of a directory; with an address, those of a PostgreSQL. */
export async function openSessions(address: string | null, options: Options): Promise<OpenedStore> {
  if (address !== null) {
    const { openFleetStore } = await import('./fleet-store.ts');
    return openFleetStore(address, options);
  }
  return openStoreWhenFree(options);
}
