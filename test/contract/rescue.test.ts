import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { databaseCheck } from '../../src/store/database-check.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/open-store.ts';
import { recordsCheck } from '../../src/store/records-check.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { draftOf, identity } from '../support/store-drafts.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-rescue-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const clock = { now: () => new Date('2026-11-21T20:30:00.123Z') };
const keptName = 'wactl.db.damaged-2026-11-21T20-30-00Z';
const ids = ['a', 'b', 'c', 'd'];
/** So that the records take several pages. */
const fillers = Array.from({ length: 30 }, (_, at) => `e-${String(at)}`);
const keyIds = Array.from({ length: 60 }, (_, at) => String(at));
let directory: string;
let path: string;

beforeEach(async () => {
  directory = join(mkdtempSync(join(parent, 'store-')), 'wactl');
  path = join(directory, 'wactl.db');
  const store = openStore({ directory });
  for (const id of ids) {
    await store.create(draftOf(id, { name: `name of ${id} ${'x'.repeat(150)}` }));
    if (id === 'd') continue;
    const keys = keyIds.map((key) => ({
      type: 'pre-key',
      id: key,
      value: Buffer.from(`${id} ${key} `.repeat(30)),
    }));
    await pairInStore(store, id, identity, { creds: Buffer.from(`creds of ${id} `.repeat(200)), keys });
  }
  for (const id of fillers) await store.create(draftOf(id, { name: `name of ${id} ${'x'.repeat(150)}` }));
  await store.close();
});

const signal = new AbortController().signal;
const check = () => databaseCheck(directory, clock);
const mend = () => check().mend?.(signal);

/** Zeroes the pages that have this text, but for the root pages of the tables. */
function wipePages(text: string | Uint8Array): number {
  const db = openDatabase({ path, busyTimeoutMs: 0 });
  const roots = db.rows('SELECT rootpage FROM sqlite_schema', []).map((row) => Number(row['rootpage']));
  db.close();
  const content = readFileSync(path);
  const size = content.readUInt16BE(16);
  let wiped = 0;
  for (let page = 2; page * size <= content.length; page += 1) {
    const bytes = content.subarray((page - 1) * size, page * size);
    if (roots.includes(page) || !bytes.includes(Buffer.from(text))) continue;
    bytes.fill(0xa5);
    wiped += 1;
  }
  writeFileSync(path, content);
  return wiped;
}

/** The state of each session: its creds and how many keys, or that it is damaged. */
async function states(): Promise<Record<string, string>> {
  const store = openStore({ directory });
  const found: Record<string, string> = {};
  for (const { id, damaged } of (await store.list({ page: 1, perPage: 100 })).sessions) {
    try {
      const session = await store.get(id);
      const creds = Buffer.from((await store.readCreds(id)) ?? []).toString();
      const keys = await store.readKeys(id, 'pre-key', keyIds);
      found[id] =
        session?.damaged || damaged ? 'damaged' : `${creds.slice(0, 10).trim()}, ${String(keys.size)} keys`;
    } catch (error) {
      found[id] = (error as { code: string }).code === 'store_damaged' ? 'damaged' : String(error);
    }
  }
  await store.close();
  return found;
}

/** What lies beside the database, its journal and its key. */
const others = (): string[] =>
  readdirSync(directory).filter((name) => !/^wactl\.(key|db(-\w+)?)$/.test(name));

const whole = { a: 'creds of a, 60 keys', b: 'creds of b, 60 keys', c: 'creds of c, 60 keys', d: ', 0 keys' };

describe('doctor --fix', () => {
  test('leaves an intact database alone', async () => {
    const before = readFileSync(path);
    expect(await mend()).toEqual([]);
    expect(others()).toEqual([]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('builds a database with a damaged index anew, with everything in it, and keeps the old one', async () => {
    const db = openDatabase({ path, busyTimeoutMs: 0 });
    const root = Number(
      db.rows(`SELECT rootpage FROM sqlite_schema WHERE name = 'sessions_by_creation'`, [])[0]?.['rootpage'],
    );
    db.close();
    const content = readFileSync(path);
    content.fill(0, (root - 1) * 4096 + 8, (root - 1) * 4096 + 30);
    writeFileSync(path, content);
    await expect(check().examine(signal)).rejects.toMatchObject({
      code: 'store_damaged',
      hint: 'wactl doctor --fix',
    });
    expect(await mend()).toEqual([
      `put a new database in the place of ${path}, with 34 sessions; the damaged one is kept as ${join(directory, keptName)}`,
    ]);
    expect(await states()).toMatchObject(whole);
    expect(await check().examine(signal)).toMatchObject({ status: 'ok' });
    expect(await recordsCheck(directory).examine(signal)).toMatchObject({ status: 'ok' });
    expect(readFileSync(join(directory, keptName)).equals(content)).toBe(true);
    expect(statSync(join(directory, keptName)).mode & 0o777).toBe(0o600);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('rescues the others when the keys of one session cannot be read: that one counts as damaged', async () => {
    expect(wipePages('bpre-key30')).toBeGreaterThan(0);
    const [said, damaged] = (await mend()) ?? [];
    expect(said).toContain('with 34 sessions');
    expect(damaged).toMatch(/^damaged in both: .*b/);
    const after = await states();
    expect(after['b']).toBe('damaged');
    expect(after['d']).toBe(whole.d);
    // A page may hold the last keys of a neighbour too: whole or damaged, never less.
    for (const id of ['a', 'c'] as const) expect([whole[id], 'damaged']).toContain(after[id]);
    expect(Object.values(after)).toContain(whole.c);
    expect(await recordsCheck(directory).examine(signal)).toMatchObject({ status: 'failed' });
  });

  test('keeps a session whose record cannot be read, as a damaged one, and never an unpaired one', async () => {
    expect(wipePages('name of b')).toBeGreaterThan(0);
    expect((await mend())?.[0]).toContain('with 34 sessions');
    const after = await states();
    expect(Object.keys(after).sort()).toEqual([...ids, ...fillers].sort());
    expect(after['b']).toBe('damaged');
  });

  test('keeps a session whose creds cannot be read, as a damaged one', async () => {
    const db = openDatabase({ path, busyTimeoutMs: 0 });
    const [row] = db.rows(`SELECT substr(value, 1, 60) AS start FROM creds WHERE session_id = 'b'`, []);
    db.close();
    expect(wipePages(row?.['start'] as Uint8Array)).toBe(1);
    expect((await mend())?.[0]).toContain('with 34 sessions');
    const after = await states();
    expect(after['b']).toBe('damaged');
    expect(after['c']).toBe(whole.c);
  });

  test('waits for no other process: a lock is told, and nothing is changed', async () => {
    wipePages('name of b');
    const before = readFileSync(path);
    const other = openDatabase({ path, busyTimeoutMs: 0 });
    other.exec('BEGIN IMMEDIATE');
    await expect(mend()).rejects.toMatchObject({ code: 'store_locked' });
    other.exec('ROLLBACK');
    other.close();
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(others()).toEqual([]);
  });

  test.each([
    ['noise', (bytes: Buffer) => bytes.fill(0xa5)],
    ['noise behind its header', (bytes: Buffer) => bytes.fill(0xa5, 100)],
  ])('leaves a file of which nothing can be read as it is: %s', async (_what, damage) => {
    const content = damage(readFileSync(path));
    writeFileSync(path, content);
    await expect(mend()).rejects.toMatchObject({ code: 'store_damaged' });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(others()).toEqual([]);
  });
});
