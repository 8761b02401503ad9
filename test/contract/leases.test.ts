import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { bundleStoreChild, startStoreChild } from '../support/run-store-child.ts';
import { claimOf, leasesContract } from './leases.ts';
import { draftOf } from '../support/store-drafts.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-leases-'));
let bundle: string;

beforeAll(async () => {
  bundle = await bundleStoreChild(parent);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const newDirectory = (): string => mkdtempSync(join(parent, 'store-'));

leasesContract('memory', (now) => memoryStore(now));
leasesContract('SQLite', (now) => openStore({ directory: newDirectory(), now }));

async function directoryWithSessions(count: number): Promise<string> {
  const directory = newDirectory();
  const store = openStore({ directory });
  for (let number = 0; number < count; number++) await store.create(draftOf(`s-${number}`));
  await store.close();
  return directory;
}

const names = ['p1', 'p2', 'p3', 'p4'];

describe('racing processes', () => {
  test('for many sessions: each session has one owner, on which all agree', async () => {
    const directory = await directoryWithSessions(50);
    const children = names.map((prefix) =>
      startStoreChild(bundle, { task: 'acquire_leases', directory, prefix, count: 50 }),
    );
    expect(await Promise.all(children.map((child) => child.nextLine()))).toEqual(names.map(() => 'ready'));
    for (const child of children) child.go();
    const ends = await Promise.all(children.map((child) => child.ended()));
    const [first] = ends;
    for (const end of ends) expect(end).toEqual(first);
    expect(first?.lines).toHaveLength(51);
  });

  test('for a dead lease: exactly one replaces it', async () => {
    const directory = await directoryWithSessions(1);
    const store = openStore({ directory });
    await store.leases.acquire(claimOf('s-0', 'gone'));
    await store.close();
    const children = names.map((prefix) =>
      startStoreChild(bundle, { task: 'acquire_leases', directory, prefix, count: 1, dead: 'gone' }),
    );
    for (const child of children) await child.nextLine();
    for (const child of children) child.go();
    const owners = (await Promise.all(children.map((child) => child.ended()))).map(({ lines }) => lines[0]);
    expect(new Set(owners).size).toBe(1);
    expect(owners[0]).not.toBe('gone');
  });

  test('a killed process leaves its lease, which another replaces', async () => {
    const directory = await directoryWithSessions(1);
    const child = startStoreChild(bundle, { task: 'die_holding', directory, prefix: 'p1' });
    expect((await child.ended()).how).toBe('SIGKILL');
    const store = openStore({ directory });
    const left = await store.leases.leaseOf('s-0');
    expect(left?.leaseId).toBe('p1-0');
    expect((await store.leases.acquire(claimOf('s-0', 'mine'), left?.leaseId)).leaseId).toBe('mine');
    await store.close();
  });
});
