import { transferHere } from '../app/transfer-here.ts';
import type { TransferParts } from '../app/transfer-parts.ts';
import type { Transfer } from '../ports/transfer.ts';
import type { OpenedStore } from '../store/open-store.ts';
import { sessionFiles } from '../transfer/session-files.ts';
import { systemClock } from './system-clock.ts';

type Parts = Pick<TransferParts, 'holder' | 'settings'> & { readonly store: () => Promise<OpenedStore> };

/** Sessions of this machine in files. */
export function filesHere({ store, holder, settings }: Parts): Transfer {
  const files = sessionFiles(async (path, jid) =>
    (await import('../store/whatsmeow-rows.ts')).readWhatsmeow(path, jid),
  );
  return transferHere({
    store,
    holder,
    settings,
    leaseOf: async (id) => (await store()).leases.leaseOf(id),
    tokens: async () => (await store()).tokens,
    keyFacts: async () => (await store()).keyFacts(),
    clock: systemClock,
    files,
  });
}
