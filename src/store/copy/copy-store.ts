import { WactlError } from '../../errors.ts';
import { loadCrypto } from '../../keys/load-crypto.ts';
import type { Lease } from '../../ports/leases.ts';
import type { CopiedStore, CopyStoreOptions } from '../../ports/store-copy.ts';
import { leases, rows } from './asking.ts';
import type { Asking } from './asking.ts';
import { readMark, writeMark } from './copy-mark.ts';
import type { CopyMark } from './copy-mark.ts';
import type { CopyPlace } from './copy-place.ts';
import { digestOf, putRows, readRows, removeRows } from './copied-rows.ts';
import type { CopiedRows } from './copied-rows.ts';
import { leaveRows } from './leave-rows.ts';

/** A store, and what a person calls it. */
export type Side = { readonly place: CopyPlace; readonly where: string };

export type CopyOptions = CopyStoreOptions & {
  /** Whether the process behind a lease runs. */
  readonly isAlive: (lease: Lease) => Promise<boolean>;
};

type Counts = Omit<CopiedStore, 'isContinued' | 'from' | 'to'>;

/** `dead`: the leases of processes that have ended. */
type Filling = CopyOptions & {
  readonly id: number;
  readonly dead: { readonly from: readonly string[]; readonly to: readonly string[] };
};

const idBytes = 6;

/**
 * Copies everything from one store into another, row by row as it is sealed, and compares both; then it fences the sessions of the source,
 * and last lets those of the target connect. Both are frozen meanwhile. When it fails, the source is as before, and the target stays
 * frozen until it is done again; after a kill, both do. So of the two copies of a session never more than one may connect.
 */
export async function copyStore(from: Side, to: Side, options: CopyOptions): Promise<CopiedStore> {
  const [fromMark, toMark] = [await markOf(from), await markOf(to)];
  if (fromMark?.role === 'target') throw isPart(from.where);
  const isContinued = toMark?.role === 'target' && toMark.id === fromMark?.id;
  if (!isContinued) await to.place.copying('read', () => assertEmpty(to));
  const dead = { from: await deadLeases(from, options), to: await deadLeases(to, options) };
  const id = isContinued ? toMark.id : loadCrypto().randomBytes(idBytes).readUIntBE(0, idBytes);
  // Only the last step is missing, because a kill came before it.
  const isLeft = isContinued && fromMark?.role === 'left';
  const counts = isLeft ? await count(to, options) : await fill(from, to, { ...options, id, dead });
  await from.place.copying('alone', function* (now) {
    const mark = yield* readMark(from.place);
    if (mark?.id !== id || !['source', 'left'].includes(mark.role)) throw isOvertaken(from.where);
    yield* leaveRows(from.place, now);
    yield* writeMark(from.place, { role: 'left', id });
  });
  await to.place.copying('alone', function* () {
    if ((yield* readMark(to.place))?.id === id) yield* writeMark(to.place, undefined);
  });
  return { ...counts, from: from.where, to: to.where, isContinued };
}

/** Whether the store was frozen by a copy out of it, and is not any more. Throws `already_exists` when its sessions are elsewhere. */
export const giveUpCopy = ({ place }: Side, id?: number): Promise<boolean> =>
  place.copying('alone', function* () {
    const mark = yield* readMark(place);
    if (mark?.role !== 'source' || (id !== undefined && mark.id !== id)) return false;
    yield* writeMark(place, { role: 'stopped', id: mark.id });
    return true;
  });

const markOf = ({ place }: Side): Promise<CopyMark | undefined> =>
  place.copying('read', () => readMark(place));

/** Copies what differs, and compares everything. */
async function fill(from: Side, to: Side, { id, dead, ...options }: Filling): Promise<Counts> {
  // The key is asked for before anything is changed.
  const sealer = await from.place.dataKey();
  await to.place.dataKey();
  try {
    await freeze(from, { role: 'source', id }, dead.from);
    await freeze(to, { role: 'target', id }, dead.to);
    if (sealer) await to.place.adoptDataKey(sealer);
    const all = await idsOf(from);
    const there = await idsOf(to);
    for (const gone of there.filter((one) => !all.includes(one))) await change(to, id, gone, undefined);
    const isThere = new Set([null, ...there]);
    for (const [done, one] of [null, ...all].entries()) {
      options.signal.throwIfAborted();
      options.onProgress('copied', done, all.length);
      if (one !== null) await from.place.readWhole(one);
      const copied = await read(from, one);
      const isSame = isThere.has(one) && digestOf(copied) === digestOf(await read(to, one));
      if (!isSame) await change(to, id, one, copied);
    }
    return await count(to, options, from);
  } catch (error) {
    // What went wrong first is what counts.
    await giveUpCopy(from, id).catch(() => undefined);
    throw error;
  }
}

/** Reads everything, opens it, and with `from` compares it. */
async function count(to: Side, { signal, onProgress }: CopyOptions, from?: Side): Promise<Counts> {
  const all = await idsOf(to);
  const counts = { sessions: all.length, keys: 0, events: 0, tokens: 0 };
  if (from && (await idsOf(from)).join() !== all.join()) throw differs(to.where, 'the sessions');
  for (const [done, id] of [null, ...all].entries()) {
    signal.throwIfAborted();
    onProgress('compared', done, all.length);
    if (id !== null) await to.place.readWhole(id);
    const copied = await read(to, id);
    if (from && digestOf(await read(from, id)) !== digestOf(copied))
      throw differs(to.where, id === null ? 'the tokens' : `"${id}"`);
    counts.keys += copied['keys']?.length ?? 0;
    counts.events += copied['outbox']?.length ?? 0;
    counts.tokens += copied['tokens']?.length ?? 0;
  }
  return counts;
}

const read = ({ place }: Side, id: string | null): Promise<CopiedRows> =>
  place.copying('read', () => readRows(place, id));

/** Another process may be doing the same copy, and be ahead. */
const change = ({ place, where }: Side, copy: number, id: string | null, copied: CopiedRows | undefined) =>
  place.copying('write', function* () {
    const mark = yield* readMark(place);
    if (mark?.role !== 'target' || mark.id !== copy) throw isOvertaken(where);
    if (copied) yield* putRows(place, id, copied);
    else yield* removeRows(place, id);
  });

const idsOf = async ({ place }: Side): Promise<string[]> => {
  const sql = `SELECT ${place.select(['id'])} FROM ${place.table('sessions')} AS one ORDER BY one.id`;
  return (await place.copying('read', () => rows(sql))).map((row) => String(row['id']));
};

/** From then on nobody takes a session, and nothing is changed but by the copy. */
const freeze = (side: Side, mark: CopyMark, dead: readonly string[]): Promise<void> =>
  side.place.copying('alone', function* () {
    const before = yield* readMark(side.place);
    if (mark.role === 'target' && before?.id !== mark.id) yield* assertEmpty(side);
    if (mark.role === 'source' && before?.role === 'target') throw isPart(side.where);
    const lease = (yield* leases()).find(({ leaseId }) => !dead.includes(leaseId));
    if (lease) throw isHeld(side.where, lease);
    yield* writeMark(side.place, mark);
  });

function* assertEmpty({ place, where }: Side): Asking<void> {
  const mark = yield* readMark(place);
  if (mark?.role === 'target') throw isPart(where);
  if (mark?.role === 'source') throw isOvertaken(where);
  for (const table of ['sessions', 'tokens']) {
    const [found] = yield* rows(`SELECT count(*) AS number FROM ${place.table(table)}`);
    const number = Number(found?.['number']);
    if (number > 0) throw isNotEmpty(where, `${String(number)} ${number === 1 ? table.slice(0, -1) : table}`);
  }
}

/** The leases of processes that have ended. Throws `in_use` for any other. */
async function deadLeases({ place, where }: Side, { isAlive }: CopyOptions): Promise<string[]> {
  const all = await place.leases.leases();
  for (const lease of all) if (await isAlive(lease)) throw isHeld(where, lease);
  return all.map(({ leaseId }) => leaseId);
}

const isHeld = (where: string, { sessionId, pid, host }: Lease): WactlError =>
  new WactlError(
    'in_use',
    `${host === undefined ? `process ${String(pid)}` : host} holds ${sessionId} of ${where}`,
    'nothing was moved; end serve and all bots, take the rest offline with: wactl disconnect --all; then try again',
  );

const isNotEmpty = (where: string, what: string): WactlError =>
  new WactlError(
    'already_exists',
    `${where} is not empty: it has ${what}`,
    'nothing was moved; copy into a new directory or an empty database, or use export and import for single sessions',
  );

const isPart = (where: string): WactlError =>
  new WactlError(
    'already_exists',
    `${where} has a part of another copy, which was not finished`,
    'finish that one, or copy from and to other places',
  );

const isOvertaken = (where: string): WactlError =>
  new WactlError(
    'in_use',
    `another copy of ${where} has begun`,
    'let one finish, and look at the other then',
  );

const differs = (where: string, what: string): WactlError =>
  new WactlError(
    'store_damaged',
    `what was stored in ${where} is not what was copied: ${what}`,
    'nothing was moved: the sessions stay where they were; check the disk there, and try again',
  );
