import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/compose/system-clock.ts';
import { firstBox } from '../../src/domain/box.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { copyStore, giveUpCopy } from '../../src/store/copy/copy-store.ts';
import type { CopyOptions, Side } from '../../src/store/copy/copy-store.ts';
import type { CopyPlace } from '../../src/store/copy/copy-place.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { OpenedStore } from '../../src/store/open-store.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import { appendEvents } from '../support/append-events.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { describeOnPostgres, newDatabase } from '../support/postgres.ts';
import { bytes, draftOf, identity } from '../support/store-drafts.ts';
import { claimOf } from './leases.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-copy-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
const newDirectory = (): string => mkdtempSync(join(parent, 'store-'));

type Opened = { readonly store: OpenedStore; readonly side: Side };
type Open = () => Promise<Opened>;
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const opened = (store: OpenedStore, where: string): Opened => {
  ends.push(() => store.close());
  return { store, side: { place: store.copyPlace, where } };
};

/** Opens the same new database each time. */
function sqlite(directory = newDirectory()): Open {
  return () => Promise.resolve(opened(openStore({ directory }), directory));
}

async function postgres(): Promise<Open> {
  const { address, end } = await newDatabase();
  ends.push(end);
  const keys = ownFileKeys(newDirectory());
  const process = { version: '1', pid: 1 };
  return async () =>
    opened(
      await openPostgres({ address, clock: systemClock, keys, host: { id: 'h', name: 'h' }, process }),
      'db',
    );
}

const url = 'https://example.com/hook';
const event = (id: string, expiresAt: Date | null = null): OutboxEvent => ({
  id,
  type: 'message',
  body: `{"id":"${id}","text":"Žofia 🙂"}`,
  createdAt: new Date(1_000),
  expiresAt,
});

/** A store with rows in every table. */
async function filled(open: Open): Promise<Opened> {
  const made = await open();
  const { store } = made;
  const webhook = {
    url,
    events: ['message'],
    secret: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0',
    viaProxy: false,
  } as const;
  for (const id of ['a', 'b']) {
    await store.create(
      draftOf(id, { name: `Žofia ${id}`, webhook, proxy: 'http://ada:hunter2@127.0.0.1:1' }),
    );
    await pairInStore(
      store,
      id,
      { ...identity, whatsappJid: `1555123456${id.charCodeAt(0)}:1@s.whatsapp.net` },
      {
        creds: bytes(`first creds of ${id}`),
        keys: [],
      },
    );
    const keys = Array.from({ length: 210 }, (_, at) => ({
      type: 't',
      id: `žk ${String(at)}`,
      value: bytes(`${id} ${String(at)}`),
    }));
    await store.write(id, { creds: bytes(`creds of ${id}`), keys });
    await store.update(id, { wantsOnline: true });
    await appendEvents(store, firstBox(id), url, [event('sent'), event('e2'), event('e1')]);
    await store.outbox.record(firstBox(id), 'sent', { kind: 'delivered', url });
  }
  await store.create(draftOf('empty'));
  await store.tokens.create({ name: 'all', scope: 'admin', sessionId: null });
  await store.tokens.create({ name: 'one', scope: 'read', sessionId: 'a' });
  return made;
}

/** All that can be asked, but for what a copy changes in the source. */
async function everything({ store }: Opened): Promise<unknown> {
  const { sessions } = await store.list({ page: 1, perPage: 100 });
  const all = sessions.map(async ({ id }) => ({
    whole: await store.readWhole(id),
    deliveries: await store.outbox.list(firstBox(id), 100),
  }));
  return { all: await Promise.all(all), tokens: await store.tokens.listKept() };
}

const options = (change: Partial<CopyOptions> = {}): CopyOptions => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
  isAlive: () => Promise.resolve(true),
  ...change,
});

/** Ends the work as a kill does, when that many sessions were copied or compared. */
const cutAt = (what: string, number: number): Partial<CopyOptions> => ({
  onProgress(now, done) {
    if (now === what && done === number) throw new Error('cut');
  },
});

const states = async ({ store }: Opened) => {
  const { sessions } = await store.list({ page: 1, perPage: 100 });
  return sessions.map(({ id, fence, wantsOnline }) => [id, fence?.reason ?? null, wantsOnline]);
};
const left = [
  ['a', 'moved', false],
  ['b', 'moved', false],
  ['empty', null, false],
];
const arrived = [
  ['a', null, true],
  ['b', null, true],
  ['empty', null, false],
];

function contract(makeFrom: () => Open | Promise<Open>, makeTo: () => Open | Promise<Open>): void {
  const both = async (): Promise<readonly [Opened, Opened]> => [
    await filled(await makeFrom()),
    await (await makeTo())(),
  ];

  it('has everything, and may connect; what is left behind is fenced, and delivers nothing', async () => {
    const [from, to] = await both();
    const before = await everything(from);
    expect(await copyStore(from.side, to.side, options())).toEqual({
      from: from.side.where,
      to: to.side.where,
      sessions: 3,
      keys: 420,
      events: 6,
      tokens: 2,
      isContinued: false,
    });
    expect(await everything(to)).toEqual(before);
    expect(await states(to)).toEqual(arrived);
    expect(await states(from)).toEqual(left);
    expect([...(await from.store.outbox.waiting())]).toEqual([]);
    await to.store.write('a', { creds: bytes('later') });
    expect(await to.store.readCreds('a')).toEqual(bytes('later'));
    expect(await to.store.outbox.next(firstBox('a'))).toMatchObject({ id: 'e2' });
    await from.store.update('a', { name: 'a name' });
  });

  it('keeps every process from taking and changing a session meanwhile, on both sides', async () => {
    const [from, to] = await both();
    const tried: Promise<unknown>[] = [];
    const onProgress = (what: string, done: number): void => {
      if (what !== 'copied' || done !== 2) return;
      for (const { store } of [from, to]) {
        tried.push(
          store.leases.acquire(claimOf('a', 'lease')),
          store.update('a', { name: 'x' }),
          store.create(draftOf('new')),
        );
        tried.push(store.tokens.revoke('all'), store.outbox.retryNow(firstBox('a')));
        tried.push(store.putWhole([]), store.remove('empty'));
      }
      for (const one of tried) one.catch(() => undefined);
    };
    await copyStore(from.side, to.side, options({ onProgress }));
    const codes = (await Promise.allSettled(tried)).map((one) =>
      one.status === 'rejected' ? (one.reason as { code: string }).code : one.status,
    );
    expect(codes).toEqual(Array.from({ length: 14 }, () => 'store_locked'));
    expect(await states(to)).toEqual(arrived);
  });

  it('leaves the source as it was when it fails, and goes on when it is done again', async () => {
    const [from, to] = await both();
    const before = await everything(from);
    await expect(copyStore(from.side, to.side, options(cutAt('copied', 2)))).rejects.toThrow('cut');
    expect(await everything(from)).toEqual(before);
    await expect(to.store.leases.acquire(claimOf('a', 'lease'))).rejects.toMatchObject({
      code: 'store_locked',
    });
    // Meanwhile the source goes on.
    await from.store.write('a', { creds: bytes('newer') });
    await from.store.remove('b', { evenLinked: true });
    const later = await everything(from);
    expect(await copyStore(from.side, to.side, options())).toMatchObject({ sessions: 2, isContinued: true });
    expect(await everything(to)).toEqual(later);
  });
}

describe('a copy of a store, SQLite to SQLite', () => {
  contract(sqlite, sqlite);

  it('is refused while a process holds a session, and changes nothing', async () => {
    const [from, to] = [await filled(sqlite()), await sqlite()()];
    await from.store.leases.acquire(claimOf('b', 'lease'));
    await expect(copyStore(from.side, to.side, options())).rejects.toMatchObject({ code: 'in_use' });
    expect(await states(from)).toEqual(arrived);
    expect(await states(to)).toEqual([]);
    await copyStore(from.side, to.side, options({ isAlive: () => Promise.resolve(false) }));
    expect(await states(to)).toEqual(arrived);
  });

  it('goes into nothing that has something else in it', async () => {
    const [from, to] = [await filled(sqlite()), await sqlite()()];
    await to.store.create(draftOf('other'));
    await expect(copyStore(from.side, to.side, options())).rejects.toMatchObject({ code: 'already_exists' });
    await from.store.update('a', { name: 'still' });
    await to.store.remove('other');
    await expect(copyStore(from.side, to.side, options(cutAt('compared', 2)))).rejects.toThrow('cut');
    const another = await filled(sqlite());
    await expect(copyStore(another.side, to.side, options())).rejects.toMatchObject({
      code: 'already_exists',
    });
    await expect(copyStore(to.side, another.side, options())).rejects.toMatchObject({
      code: 'already_exists',
    });
    expect(await states(another)).toEqual(arrived);
  });

  it('is finished when a kill came before its last step', async () => {
    const [from, to] = [await filled(sqlite()), await sqlite()()];
    let alone = 0;
    const copying: CopyPlace['copying'] = (kind, work) => {
      if (kind === 'alone') alone += 1;
      if (alone === 2) throw new Error('killed');
      return to.side.place.copying(kind, work);
    };
    const cut = { ...to.side, place: { ...to.side.place, copying } };
    await expect(copyStore(from.side, cut, options())).rejects.toThrow('killed');
    expect(await states(from)).toEqual(left);
    await expect(to.store.leases.acquire(claimOf('a', 'lease'))).rejects.toMatchObject({
      code: 'store_locked',
    });
    expect(await giveUpCopy(from.side)).toBe(false);
    expect(await copyStore(from.side, to.side, options())).toMatchObject({ sessions: 3, isContinued: true });
    expect(await states(to)).toEqual(arrived);
    await to.store.leases.acquire(claimOf('a', 'lease'));
  });

  it('is given up after a kill, and can be done again', async () => {
    const [from, to] = [await filled(sqlite()), await sqlite()()];
    const killed = { ...from.side, place: { ...from.side.place } };
    const cut = cutAt('copied', 2);
    // Nothing of the source is changed once it is dead.
    killed.place.copying = (kind, work) =>
      isDead ? Promise.reject(new Error('dead')) : from.side.place.copying(kind, work);
    let isDead = false;
    const onProgress: CopyOptions['onProgress'] = (...now) => {
      isDead = now[0] === 'copied' && now[1] === 2;
      cut.onProgress?.(...now);
    };
    await expect(copyStore(killed, to.side, options({ onProgress }))).rejects.toThrow('cut');
    await expect(from.store.update('a', { name: 'x' })).rejects.toMatchObject({ code: 'store_locked' });
    expect(await giveUpCopy(from.side)).toBe(true);
    await from.store.update('a', { name: 'x' });
    expect(await copyStore(from.side, to.side, options())).toMatchObject({ sessions: 3, isContinued: true });
  });

  it('finds a value that was changed on its way, and moves nothing', async () => {
    const directory = newDirectory();
    const [from, to] = [await filled(sqlite()), await sqlite(directory)()];
    const onProgress = (what: string, done: number): void => {
      if (what !== 'compared' || done !== 0) return;
      const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1_000 });
      db.run(`UPDATE receivers SET failures = 7 WHERE session_id = 'b'`, []);
      db.close();
    };
    await expect(copyStore(from.side, to.side, options({ onProgress }))).rejects.toMatchObject({
      code: 'store_damaged',
    });
    expect(await states(from)).toEqual(arrived);
    await expect(to.store.update('a', { name: 'x' })).rejects.toMatchObject({ code: 'store_locked' });
  });

  it('needs the key of the source, and of a target that has one; else it changes nothing', async () => {
    const directory = newDirectory();
    await filled(sqlite(directory));
    const another = ownFileKeys(newDirectory());
    another.fresh();
    const closed = opened(openStore({ directory, keys: another }), directory);
    const to = await sqlite()();
    await expect(copyStore(closed.side, to.side, options())).rejects.toMatchObject({ code: 'wrong_key' });
    await closed.store.update('empty', { name: 'x' });

    const [from, used] = [await filled(sqlite()), newDirectory()];
    const first = await filled(sqlite(used));
    for (const id of ['a', 'b', 'empty']) await first.store.remove(id, { evenLinked: true });
    await first.store.tokens.revoke('all');
    const locked = opened(openStore({ directory: used, keys: another }), used);
    await expect(copyStore(from.side, locked.side, options())).rejects.toMatchObject({ code: 'wrong_key' });
    expect(await copyStore(from.side, first.side, options())).toMatchObject({ sessions: 3 });
    expect(await first.store.readCreds('a')).toEqual(bytes('creds of a'));
  });
});

describeOnPostgres('a copy of a store with PostgreSQL', () => {
  describe('out of SQLite', () => contract(sqlite, postgres));
  describe('into SQLite', () => contract(postgres, sqlite));
});
