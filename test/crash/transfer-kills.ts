import { cpSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import type { Archive } from '../../src/domain/archive.ts';
import { archiveText } from '../../src/transfer/archive-text.ts';
import { firstBox } from '../../src/domain/box.ts';
import { openSettings } from '../../src/settings/open-settings.ts';
import type { OpenedStore } from '../../src/store/open-store.ts';
import { appendEvents } from '../support/append-events.ts';
import { sessionFiles } from '../support/session-files.ts';
import { somebody } from '../support/fake-whatsapp.ts';
import { linkedCreds } from '../support/linked-creds.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { draftOf } from '../support/store-drafts.ts';
import { snapshot } from './store-steps.ts';
import {
  exported,
  fileIn,
  importFile,
  linked,
  toFile,
  told,
  transferIn,
  transferTasks,
} from './transfer-work.ts';
import type { FileKey, TransferTask } from './transfer-work.ts';

/** A store for each task, and what has to be there before and after it. */
export type TransferTemplates = {
  readonly key: FileKey;
  readonly stores: Readonly<Record<TransferTask, string>>;
  readonly before: Readonly<Record<TransferTask, string>>;
  readonly imported: string;
  /** What a backup has. */
  readonly backup: string;
};

const jidOf = (id: string): string => `1555${String(1000 + Number(id.split('-')[1]))}:7@s.whatsapp.net`;

const event = {
  id: 'msg_1',
  type: 'message',
  body: '{}',
  createdAt: new Date(Date.UTC(2026, 5, 1)),
  expiresAt: null,
} as const;

/** Stores of linked sessions: one to export from and back up, and one to import into what was exported, over an older session. */
export async function makeTransferTemplates(folder: string): Promise<TransferTemplates> {
  const identity = await generateIdentity();
  const key = { identity, recipient: await identityToRecipient(identity) };
  const directories = transferTasks.map((task) => [task, join(folder, `template-${task}`)] as const);
  const stores = Object.fromEntries(directories) as Record<TransferTask, string>;
  for (const [, directory] of directories) mkdirSync(directory, { mode: 0o700 });

  const { store: here, transfer } = transferIn(stores.move);
  for (const id of [...linked, 'kept-9']) {
    await here.create(draftOf(id, { name: id, proxy: 'http://ada:hunter2@127.0.0.1:1' }));
    await pairInStore(here, id, { ...somebody, whatsappJid: jidOf(id) }, linkedCreds(jidOf(id)));
  }
  await here.create(draftOf('empty'));
  const copied = fileIn(stores.import);
  await openSettings({ directory: stores.move, env: {} }).set('device_name', 'Shop');
  await appendEvents(here, firstBox('linked-1'), 'https://example.com/', [event]);
  await here.tokens.create({ name: 'ci', scope: 'read', sessionId: 'linked-1' });
  await transfer.backUp(toFile(copied, key));
  const before = await everything(here);
  await here.close();
  cpSync(stores.move, stores.backup, { recursive: true });

  const { store: there } = transferIn(stores.import);
  await there.create(draftOf('linked-1', { name: 'an older one' }));
  await pairInStore(
    there,
    'linked-1',
    { ...somebody, whatsappJid: jidOf('linked-1') },
    linkedCreds(jidOf('linked-1')),
  );
  await there.create(draftOf('other'));
  const beforeImport = await everything(there);
  await there.close();
  const after = join(folder, 'imported');
  cpSync(stores.import, after, { recursive: true });
  return {
    key,
    stores,
    before: { move: before, backup: before, import: beforeImport },
    imported: await afterImport(after, key),
    backup: (await contentOf(copied, key)) ?? '',
  };
}

/** Tokens too. */
const everything = async (store: OpenedStore): Promise<string> =>
  (await snapshot(store)) + JSON.stringify(await store.tokens.listKept());

async function afterImport(directory: string, key: FileKey): Promise<string> {
  const { store, transfer } = transferIn(directory);
  await importFile(transfer, fileIn(directory), key);
  const after = await everything(store);
  await store.close();
  return after;
}

/** What is in a file; undefined when there is none. Throws when it is not whole. */
async function contentOf(path: string, { identity }: FileKey): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const passphrase = () => Promise.reject(new Error('it has none'));
  const archive: Archive = await sessionFiles.open(readFileSync(path), path, {
    passphrase,
    identities: [identity],
  });
  return Buffer.from(archiveText(archive)).toString();
}

/** What is wrong in a directory in which a process with this task was killed; undefined when nothing is. */
export async function wrongAfterTransfer(
  task: TransferTask,
  directory: string,
  said: readonly string[],
  templates: TransferTemplates,
): Promise<string | undefined> {
  const isTold = said.includes(told);
  const refused = said.find((line) => line.startsWith('refused'));
  if (refused) return refused;
  if (task === 'import') return wrongAfterImport(directory, isTold, templates);
  const content = await contentOf(fileIn(directory), templates.key);
  if (isTold && content === undefined) return 'the file is missing';
  if (task === 'move') return wrongAfterMove(directory, content !== undefined, templates);
  if (content !== undefined && content !== templates.backup) return 'the backup has something else';
  return (await snapshotOf(directory)) === templates.before.backup
    ? undefined
    : 'the backup has changed the store';
}

async function snapshotOf(directory: string): Promise<string> {
  const { store } = transferIn(directory);
  const found = await everything(store);
  await store.close();
  return found;
}

/** All of it or none; then it is done again. */
async function wrongAfterImport(
  directory: string,
  isTold: boolean,
  { key, before, imported }: TransferTemplates,
): Promise<string | undefined> {
  const found = await snapshotOf(directory);
  if (found === before.import) {
    if (isTold) return 'the import was acknowledged, and is not there';
    return (await afterImport(directory, key)) === imported
      ? undefined
      : 'a second import stores something else';
  }
  return found === imported ? undefined : 'a part of the import is there';
}

/** The sessions may connect in one place: here, or where the file is imported. */
async function wrongAfterMove(
  directory: string,
  isWritten: boolean,
  { key, before }: TransferTemplates,
): Promise<string | undefined> {
  const { store } = transferIn(directory);
  const here = await Promise.all(linked.map((id) => store.get(id)));
  const unfenced = here.filter((session) => session?.fence?.reason !== 'moved').map((session) => session?.id);
  await store.close();
  if (isWritten && unfenced.length > 0) return `in two places: ${unfenced.join()}`;
  // But for the fence it is as it was.
  const bare = (text: string): string =>
    text.replaceAll(/"(fence|wantsOnline|updatedAt)": (\{[^}]*\}|[^,\n]*)/g, '');
  if (bare(await snapshotOf(directory)) !== bare(before.move)) return 'the move has lost something';
  if (!isWritten) return undefined;
  const elsewhere = `${directory}-elsewhere`;
  mkdirSync(elsewhere, { mode: 0o700 });
  renameSync(fileIn(directory), fileIn(elsewhere));
  const { store: there, transfer } = transferIn(elsewhere);
  await importFile(transfer, fileIn(elsewhere), key);
  const { sessions } = await there.list({ page: 1, perPage: 100 });
  await there.close();
  const arrived = sessions.filter(({ fence }) => !fence).map(({ id }) => id);
  return exported.every((id) => arrived.includes(id)) ? undefined : `what arrived: ${arrived.join()}`;
}
