import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transferHere } from '../../src/app/transfer-here.ts';
import type { ExportOptions, Transfer } from '../../src/ports/transfer.ts';
import { openSettings } from '../../src/settings/open-settings.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { OpenedStore } from '../../src/store/open-store.ts';
import { sessionFiles } from '../support/session-files.ts';

/** In the directory of a store: the file that is written, or read. */
export const fileIn = (directory: string): string => join(directory, 'sessions.age');

/** An age key. */
export type FileKey = { readonly recipient: string; readonly identity: string };

const clock = {
  now: () => new Date(Date.UTC(2026, 5, 1)),
  random: () => 0,
  sleep: () => Promise.resolve(),
};
const { signal } = new AbortController();

/** The use cases of files on the store of a directory, at one moment; no session is online. */
export function transferIn(directory: string): { readonly store: OpenedStore; readonly transfer: Transfer } {
  const store = openStore({ directory, now: clock.now });
  const transfer = transferHere({
    store: () => Promise.resolve(store),
    holder: () =>
      Promise.resolve({
        disconnect: ({ id }) => Promise.resolve({ id, status: 'disconnected', details: '' }),
        held: () => Promise.resolve(null),
      }),
    leaseOf: (id) => store.leases.leaseOf(id),
    tokens: () => Promise.resolve(store.tokens),
    settings: openSettings({ directory, env: {} }),
    keyFacts: () => store.keyFacts(),
    files: sessionFiles,
    clock,
  });
  return { store, transfer };
}

/** As the command does. `onChecked` is called before anything is stored. */
export async function importFile(
  transfer: Transfer,
  path: string,
  { identity }: FileKey,
  onChecked?: () => void,
): Promise<void> {
  const passphrase = () => Promise.reject(new Error('it has none'));
  const opening = { passphrase, identities: [identity] };
  const plan = await transfer.planImport(await readFile(path), path, opening, { signal });
  onChecked?.();
  await plan.store();
}

export const toFile = (path: string, { recipient }: FileKey): ExportOptions => ({
  signal,
  sealing: { recipients: [recipient] },
  armored: false,
  open: (files) => files.output(path),
});

export const linked = Array.from({ length: 5 }, (_, at) => `linked-${String(at)}`);
export const exported = [...linked, 'empty'];

export const transferTasks = ['import', 'backup', 'move'] as const;
export type TransferTask = (typeof transferTasks)[number];
export const isTransfer = (task: string): task is TransferTask => transferTasks.some((one) => one === task);

/** Said when something is to be changed or written next. */
export const begun = 'begun';
/** Said once a change or a file is acknowledged. */
export const told = 'acknowledged';
const backups = 5;

/** What is to be killed. `say`: what has been acknowledged. */
export async function doTransfer(
  task: TransferTask,
  directory: string,
  key: FileKey,
  say: (line: string) => void,
): Promise<void> {
  const { store, transfer } = transferIn(directory);
  const path = fileIn(directory);
  const begin = (): void => say(begun);
  const { open, ...how } = toFile(path, key);
  const opening: ExportOptions = { ...how, open: (files) => open(files).finally(begin) };
  if (task === 'import') await importFile(transfer, path, key, begin);
  else if (task === 'move') await transfer.move(exported, opening);
  else for (let round = 1; round <= backups; round += 1) await transfer.backUp(opening).then(() => say(told));
  say(told);
  await store.close();
}
