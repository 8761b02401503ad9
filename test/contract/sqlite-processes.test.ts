import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionStore } from '../../src/ports/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { bundleStoreChild, startStoreChild } from '../support/run-store-child.ts';
import { generation, keysPerGeneration } from '../support/store-child.ts';
import { draftOf, identity } from '../support/store-drafts.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-processes-'));
let bundle: string;

beforeAll(async () => {
  bundle = await bundleStoreChild(parent);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const newDirectory = (): string => join(mkdtempSync(join(parent, 'store-')), 'wactl');

async function using<T>(directory: string, work: (store: SessionStore) => Promise<T>): Promise<T> {
  const store = openStore({ directory });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The generation that creds and all keys agree on; throws when they do not. */
async function wholeGeneration(store: SessionStore, id: string): Promise<number> {
  const ids = generation(1).keys.map((key) => key.id);
  const keys = await store.readKeys(id, 'pre-key', ids);
  const all = [await store.readCreds(id), ...keys.values()].map((value) =>
    Buffer.from(value ?? []).toString(),
  );
  const [first] = all;
  if (all.length !== keysPerGeneration + 1 || all.some((value) => value !== first))
    throw new Error('a mixture');
  return Number(first?.replace('generation ', ''));
}

async function makePaired(directory: string): Promise<void> {
  await using(directory, async (store) => {
    await store.create(draftOf('a'));
    await pairInStore(store, 'a', identity, generation(1));
  });
}

const points = [0, 1, 7, keysPerGeneration - 1, keysPerGeneration];

describe('killed in the middle', () => {
  test.each(points)('of a pairing, at key %i: it is stored completely or not at all', async (atKey) => {
    const directory = newDirectory();
    await using(directory, (store) => store.create(draftOf('a')));
    const child = startStoreChild(bundle, { task: 'die_while_pairing', directory, id: 'a', atKey });
    const { lines, how } = await child.ended();
    const isCommitted = atKey === keysPerGeneration;
    expect([lines, how]).toEqual([isCommitted ? ['committed'] : [], 'SIGKILL']);
    await using(directory, async (store) => {
      expect(await store.get('a')).toMatchObject({ paired: false, unconfirmed: isCommitted });
      if (isCommitted) return expect(await wholeGeneration(store, 'a')).toBe(1);
      expect(await store.readCreds('a')).toBeUndefined();
      expect((await store.readKeys('a', 'pre-key', ['0', '1', '6'])).size).toBe(0);
    });
  });

  test.each(points)(
    'of a write, at key %i: the old or the new data is there, never a mixture',
    async (atKey) => {
      const directory = newDirectory();
      await makePaired(directory);
      const child = startStoreChild(bundle, { task: 'die_while_writing', directory, id: 'a', atKey });
      const { lines } = await child.ended();
      const expected = atKey === keysPerGeneration ? 2 : 1;
      expect(lines).toEqual(expected === 2 ? ['committed'] : []);
      await using(directory, async (store) => expect(await wholeGeneration(store, 'a')).toBe(expected));
    },
  );

  test('of a stream of writes, again and again: every acknowledged write is there', async () => {
    const directory = newDirectory();
    await makePaired(directory);
    for (const acknowledgements of [1, 2, 3, 5, 8, 13, 21, 34]) {
      const child = startStoreChild(bundle, { task: 'generations', directory, id: 'a' });
      const said: (string | undefined)[] = [];
      while (said.length < acknowledgements) said.push(await child.nextLine());
      child.kill();
      const { lines, how } = await child.ended();
      expect(how).toBe('SIGKILL');
      const last = Number([...said, ...lines].at(-1));
      const kept = await using(directory, (store) => wholeGeneration(store, 'a'));
      expect([last, last + 1]).toContain(kept);
    }
  });
});

describe('several processes', () => {
  test('open a fresh directory at once and write: nothing is lost', async () => {
    const directory = newDirectory();
    const names = ['p1', 'p2', 'p3', 'p4'];
    const children = names.map((prefix) =>
      startStoreChild(bundle, { task: 'create_many', directory, prefix, count: 25 }),
    );
    expect(await Promise.all(children.map((child) => child.nextLine()))).toEqual(names.map(() => 'ready'));
    for (const child of children) child.go();
    const ends = await Promise.all(children.map((child) => child.ended()));
    expect(ends).toEqual(names.map(() => ({ lines: ['done'], how: '0' })));
    await using(directory, async (store) => {
      expect((await store.list({ page: 1, perPage: 1 })).total).toBe(100);
      for (const name of names) expect(await wholeGeneration(store, `${name}-24`)).toBe(24);
    });
    expect(readdirSync(directory).filter((name) => !name.startsWith('wactl.db'))).toEqual(['wactl.key']);
  });

  test('a write that cannot get its turn fails with store_locked, and reads still work', async () => {
    const directory = newDirectory();
    await makePaired(directory);
    const child = startStoreChild(bundle, { task: 'hold_write_lock', directory, id: 'a' });
    expect(await child.nextLine()).toBe('locked');
    const store = openStore({ directory, patienceMs: 1 });
    await expect(store.update('a', { retries: 1 })).rejects.toMatchObject({
      code: 'store_locked',
      exitStatus: 11,
    });
    expect((await store.get('a'))?.retries).toBe(0);
    child.kill();
    await child.ended();
    expect((await store.update('a', { retries: 1 })).retries).toBe(1);
    await store.close();
  });

  test.runIf(process.platform === 'linux')(
    'the error names the process that has the lock, and how to resume it',
    async () => {
      const directory = newDirectory();
      await makePaired(directory);
      const child = startStoreChild(bundle, { task: 'hold_write_lock', directory, id: 'a' });
      expect(await child.nextLine()).toBe('locked');
      const store = openStore({ directory, patienceMs: 200 });
      const pid = String(child.pid);
      await expect(store.update('a', { retries: 1 })).rejects.toMatchObject({
        message: `the session database cannot be used: process ${pid} is writing to it`,
      });
      child.stop();
      await expect(store.update('a', { retries: 1 })).rejects.toMatchObject({
        message: `the session database cannot be used: process ${pid} was suspended while it was writing to it`,
        hint: `resume it: kill -CONT ${pid}`,
      });
      child.kill();
      await child.ended();
      await store.close();
    },
  );

  test.runIf(process.platform !== 'win32').each([0o000, 0o022, 0o077])(
    'umask %o: the directory and its files are private',
    async (umask) => {
      const directory = newDirectory();
      const child = startStoreChild(bundle, { task: 'show_modes', directory, umask });
      const { lines } = await child.ended();
      expect(JSON.parse(lines[0] ?? '')).toEqual({
        '.': '700',
        'wactl.db': '600',
        'wactl.db-wal': '600',
        'wactl.db-shm': '600',
      });
    },
  );
});
