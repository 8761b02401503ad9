import { NotPairedError, WactlError } from '../errors.ts';
import type { Archive } from '../domain/archive.ts';
import { assertUnfenced } from '../domain/connectable.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { BackedUp, ExportOptions } from '../ports/transfer.ts';
import { sessionAt } from './find-session.ts';
import type { TransferParts } from './transfer-parts.ts';

/** Copies of sessions, each as it is at one moment, also while it is online. */
export async function copySessions(
  parts: TransferParts,
  ids: readonly string[],
  options: ExportOptions,
  kind: Archive['kind'] = 'copy',
): Promise<void> {
  const output = await options.open(parts.files);
  try {
    const store = await parts.store();
    const sessions = await Promise.all(ids.map((id) => store.readWhole(id)));
    const archive = { kind, madeAt: parts.clock.now(), sessions };
    const sealed = await parts.files.seal(archive, options.sealing, options.armored);
    options.signal.throwIfAborted();
    await output.write(sealed);
  } catch (error) {
    await output.discard();
    throw error;
  }
}

/** A copy of all sessions but those that cannot be read. */
export async function backUp(parts: TransferParts, options: ExportOptions): Promise<BackedUp> {
  const store = await parts.store();
  const { sessions } = await store.list({ page: 1, perPage: 1_000_000 });
  const ids: string[] = [];
  const left: WactlError[] = [];
  for (const { id } of sessions) {
    try {
      await store.readWhole(id);
      ids.push(id);
    } catch (error) {
      if (!(error instanceof WactlError) || error.code !== 'store_damaged') throw error;
      left.push(error);
    }
  }
  await copySessions(parts, ids, options, 'backup');
  return { ids, left };
}

/** Moves sessions away into a sealed file. */
export const moveSessions = (
  parts: TransferParts,
  ids: readonly string[],
  { signal, sealing, armored, open }: ExportOptions,
): Promise<void> =>
  moveAway(parts, ids, signal, async () => {
    const output = await open(parts.files);
    return {
      discard: () => output.discard(),
      async write(archive) {
        const sealed = await parts.files.seal(archive, sealing, armored);
        signal.throwIfAborted();
        await output.write(sealed);
      },
    };
  });

/** Moves a session into a folder of Baileys. Throws `not_paired`. */
export const moveToBaileys = (
  parts: TransferParts,
  id: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> =>
  moveAway(parts, [id], signal, async () => {
    const { credentials } = await (await parts.store()).readWhole(id);
    if (!credentials) throw new NotPairedError(id);
    const folder = await parts.files.newBaileys(directory);
    return {
      discard: () => folder.discard(),
      write: async ({ sessions: [only] }) => {
        if (only?.credentials) await folder.write(only.credentials);
      },
    };
  });

type Sink = { readonly write: (archive: Archive) => Promise<void>; readonly discard: () => Promise<void> };

/**
 * Moves sessions away. The fence comes first, so that no process brings one back, then the connection is closed, which stores all that
 * it has changed, and only then are the credentials read. A crash in between leaves a session that connects nowhere, never
 * one that connects in two places.
 */
async function moveAway(
  parts: TransferParts,
  ids: readonly string[],
  signal: AbortSignal,
  open: () => Promise<Sink>,
): Promise<void> {
  const store = await parts.store();
  const before: Session[] = [];
  for (const id of ids) {
    const session = await sessionAt(store, id);
    assertUnfenced(session);
    // Damage is found before anything is changed.
    await store.readWhole(id);
    before.push(session);
  }
  const sink = await open();
  const fenced: Session[] = [];
  try {
    const fence = { reason: 'moved', at: parts.clock.now() } as const;
    const holder = await parts.holder();
    for (const session of before) {
      if (!mayBeLinked(session)) continue;
      fenced.push(session);
      await store.update(session.id, { fence, wantsOnline: false });
      await holder.disconnect(session, { signal });
    }
    const now = await Promise.all(ids.map((id) => store.readWhole(id)));
    const sessions = now.map((whole) => ({ ...whole, session: { ...whole.session, fence: null } }));
    await sink.write({ kind: 'move', madeAt: fence.at, sessions });
  } catch (error) {
    await sink.discard();
    // What went wrong first is what counts.
    for (const { id, wantsOnline } of fenced)
      await store.update(id, { fence: null, wantsOnline }).catch(() => undefined);
    throw error;
  }
}
