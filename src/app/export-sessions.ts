import { NotPairedError, WactlError } from '../errors.ts';
import type { Archive } from '../domain/archive.ts';
import { assertUnfenced } from '../domain/connectable.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { WholeSession } from '../domain/whole-session.ts';
import type { BackedUp, ExportOptions } from '../ports/transfer.ts';
import { sessionAt } from './find-session.ts';
import type { TransferParts } from './transfer-parts.ts';

/** Copies of sessions, each as it is at one moment, also while it is online. */
export async function copySessions(
  parts: TransferParts,
  ids: readonly string[],
  options: ExportOptions,
): Promise<void> {
  await writeArchive(parts, options, async (madeAt) => {
    const store = await parts.store();
    const wholes = await Promise.all(ids.map((id) => store.readWhole(id)));
    return { kind: 'copy', madeAt, sessions: wholes.map(withoutWaiting) };
  });
}

/** A copy of everything but the sessions that cannot be read. */
export async function backUp(parts: TransferParts, options: ExportOptions): Promise<BackedUp> {
  const left: WactlError[] = [];
  const archive = await writeArchive(parts, options, async (madeAt) => {
    const store = await parts.store();
    const all = await store.list({ page: 1, perPage: 1_000_000 });
    const sessions: WholeSession[] = [];
    for (const { id } of all.sessions) {
      try {
        sessions.push(await store.readWhole(id));
      } catch (error) {
        if (!(error instanceof WactlError) || error.code !== 'store_damaged') throw error;
        left.push(error);
      }
    }
    const ids = sessions.map(({ session }) => session.id);
    const tokens = await (await parts.tokens()).listKept();
    return {
      kind: 'backup',
      madeAt,
      sessions,
      rest: {
        settings: parts.settings.portable(),
        tokens: tokens.filter(({ sessionId }) => sessionId === null || ids.includes(sessionId)),
        key: await parts.keyFacts(),
      },
    };
  });
  return { archive, left };
}

async function writeArchive<A extends Archive>(
  { files, clock }: TransferParts,
  { open, signal, sealing, armored }: ExportOptions,
  make: (madeAt: Date) => Promise<A>,
): Promise<A> {
  const output = await open(files);
  try {
    const archive = await make(clock.now());
    const sealed = await files.seal(archive, sealing, armored);
    signal.throwIfAborted();
    await output.write(sealed);
    return archive;
  } catch (error) {
    await output.discard();
    throw error;
  }
}

/** Events that wait are delivered from here. */
const withoutWaiting = ({ session, credentials }: WholeSession): WholeSession => ({ session, credentials });

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
    const sessions = now.map(({ session, credentials }) => ({
      session: { ...session, fence: null },
      credentials,
    }));
    await sink.write({ kind: 'move', madeAt: fence.at, sessions });
  } catch (error) {
    await sink.discard();
    // What went wrong first is what counts.
    for (const { id, wantsOnline } of fenced)
      await store.update(id, { fence: null, wantsOnline }).catch(() => undefined);
    throw error;
  }
}
