import type { OpenedStore, StoreOptions } from '../store/open-store.ts';

type Options = StoreOptions & Required<Pick<StoreOptions, 'directory' | 'keys'>>;

/** Opens the sessions of a directory; with an address, those of a PostgreSQL. */
export async function openSessions(address: string | null, options: Options): Promise<OpenedStore> {
  if (address !== null) {
    const { openFleetStore } = await import('./fleet-store.ts');
    return openFleetStore(address, options.directory, options.keys);
  }
  const { openStoreWhenFree } = await import('../store/open-store.ts');
  return openStoreWhenFree(options);
}
