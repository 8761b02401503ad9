import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { failed, ok, warning } from '../../src/domain/finding.ts';
import type { Check } from '../../src/ports/doctor.ts';
import { databaseCheck } from '../../src/store/database-check.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { withStore } from '../../src/store/open-as-is.ts';
import { openStore } from '../../src/store/open-store.ts';
import { recordsCheck } from '../../src/store/records-check.ts';
import { migrations } from '../../src/store/schema.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { draftOf, identity } from '../support/store-drafts.ts';

const newest = String(migrations.length);

const parent = mkdtempSync(join(tmpdir(), 'wactl-doctor-store-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const clock = { now: () => new Date('2026-11-21T20:30:00.123Z') };
let directory: string;
let path: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(parent, 'store-')), 'wactl');
  path = join(directory, 'wactl.db');
});

/** Sessions a, b and c; a and b are paired. */
async function fill(): Promise<void> {
  const store = openStore({ directory });
  const keys = Array.from({ length: 20 }, (_, id) => ({
    type: 't',
    id: String(id),
    value: Buffer.alloc(99, id),
  }));
  for (const id of ['a', 'b', 'c']) await store.create(draftOf(id));
  for (const id of ['a', 'b']) await pairInStore(store, id, identity, { creds: Buffer.from('creds'), keys });
  await store.close();
}

function sql(...statements: string[]): void {
  const db = openDatabase({ path, busyTimeoutMs: 0 });
  for (const statement of statements) db.exec(statement);
  db.close();
}

/** Copies the page of one index over that of another. */
function overwriteIndex(): void {
  const db = openDatabase({ path, busyTimeoutMs: 0 });
  const pageOf = (index: string): number =>
    Number(db.rows('SELECT rootpage FROM sqlite_schema WHERE name = ?', [index])[0]?.['rootpage']);
  const [from, to] = [pageOf('sessions_by_creation'), pageOf('sessions_by_status')];
  db.close();
  const content = readFileSync(path);
  const pageSize = content.readUInt16BE(16);
  content.copy(content, (to - 1) * pageSize, (from - 1) * pageSize, from * pageSize);
  writeFileSync(path, content);
}

/** Throws the error that is its finding. */
const look = (check: Check) => check.examine(new AbortController().signal);

describe('no database', () => {
  test('is not made', async () => {
    expect(await look(databaseCheck(directory, clock))).toEqual(ok('none yet: the first session makes it'));
    expect(await look(recordsCheck(directory))).toEqual(ok('no sessions'));
    expect(await withStore(directory, () => Promise.reject(new Error('not called')))).toBeUndefined();
    expect(existsSync(directory)).toBe(false);
  });

  test('beside a journal is a lost one', async () => {
    await fill();
    rmSync(path);
    writeFileSync(`${path}-wal`, 'frames');
    await expect(look(databaseCheck(directory, clock))).rejects.toMatchObject({
      code: 'store_damaged',
      message: expect.stringContaining('is missing, but its journal') as string,
    });
  });
});

describe('a whole database', () => {
  test('is intact, and keeps its mode and content', async () => {
    await fill();
    chmodSync(path, 0o644);
    const before = readFileSync(path);
    expect(await look(databaseCheck(directory, clock))).toEqual(ok(`intact, 0.1 MB, schema ${newest}`));
    expect(await look(recordsCheck(directory))).toEqual(ok('3 sessions, no damage'));
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('too large to be read in time: says how much was read', async () => {
    await fill();
    expect(await look(recordsCheck(directory, -1))).toEqual(
      ok('1 of 3 sessions read in this time, no damage'),
    );
  });

  test('of an older wactl is left as it is', async () => {
    await fill();
    const db = openDatabase({ path, busyTimeoutMs: 0 });
    db.exec(
      'DROP TABLE data_key; DROP TABLE data_key_copy; DROP TABLE sessions; DROP TABLE receivers; DROP TABLE outbox; DROP TABLE leases; DROP TABLE keys; DROP TABLE creds; DROP TABLE meta',
    );
    db.exec(migrations[0] ?? '');
    db.exec(`INSERT INTO meta VALUES ('schema_version', 1)`);
    db.close();
    expect(await look(databaseCheck(directory, clock))).toEqual(
      warning(
        expect.stringMatching(
          new RegExp(`^intact, 0\\.\\d MB, schema 1; this wactl uses ${newest}$`),
        ) as string,
        'bring it up to date: wactl list',
      ),
    );
    expect(await look(recordsCheck(directory))).toEqual(ok('no sessions'));
    expect(await withStore(directory, () => Promise.reject(new Error('not called')))).toBeUndefined();
    expect(await look(databaseCheck(directory, clock))).toMatchObject({ status: 'warning' });
  });

  test('of a newer wactl cannot be used', async () => {
    await fill();
    sql(`UPDATE meta SET value = 99 WHERE key = 'schema_version'`);
    await expect(look(databaseCheck(directory, clock))).rejects.toMatchObject({
      code: 'store_locked',
      message: expect.stringContaining(
        `a newer wactl made it (schema 99; this version knows ${newest})`,
      ) as string,
    });
  });
});

describe('a damaged database', () => {
  test.each<[string, () => void, string]>([
    ['empty', () => truncateSync(path), 'is empty'],
    [
      'something else',
      () => writeFileSync(path, 'no database'.repeat(900)),
      'is no longer an intact database',
    ],
    ['an index with the content of another', overwriteIndex, 'the first: '],
  ])('%s', async (_what, damage, words) => {
    await fill();
    damage();
    await expect(look(databaseCheck(directory, clock))).rejects.toMatchObject({
      code: 'store_damaged',
      message: expect.stringContaining(words) as string,
    });
  });

  test.each([
    [
      'a record',
      `UPDATE sessions SET push_name = 'Zofia' WHERE id = 'a'`,
      'pair it again with: wactl qr a; or remove it with: wactl delete a --force',
    ],
    [
      'creds',
      `UPDATE creds SET value = x'00' WHERE session_id = 'a'`,
      'pair it again with: wactl qr a; or remove it with: wactl delete a --force',
    ],
    [
      'no creds',
      `DELETE FROM creds WHERE session_id = 'a'`,
      'pair it again with: wactl qr a; or remove it with: wactl delete a --force',
    ],
    [
      'a key',
      `UPDATE keys SET id = 'x' WHERE session_id = 'a' AND id = '7'`,
      'remove it with: wactl delete a --force',
    ],
  ])('%s that differs from its checksum', async (_what, damage, remedy) => {
    await fill();
    sql(damage);
    expect(await look(databaseCheck(directory, clock))).toMatchObject({ status: 'ok' });
    expect(await look(recordsCheck(directory))).toEqual(
      failed('store_damaged', '3 sessions; damaged: a', remedy),
    );
  });
});
