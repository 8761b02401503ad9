import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { closeSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { credsPlace, previousCredsPlace } from '../../src/store/credential-values.ts';
import { Seals } from '../../src/store/seals.ts';
import { ensureDatabaseFile } from '../../src/store/database-file.ts';
import { createDatabase } from '../../src/store/create-database.ts';
import { openStore } from '../../src/store/open-store.ts';
import { firstBox } from '../../src/domain/box.ts';
import { createSchema } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/schema.ts';
import { plainValue } from '../support/plain-store.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { draftOf, identity } from '../support/store-drafts.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-files-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const newDirectory = (): string => join(mkdtempSync(join(parent, 'store-')), 'wactl');
const fileOf = (directory: string): string => join(directory, 'wactl.db');

const longSecret = Buffer.alloc(40_000, 'credential ');

/** A filled store, closed, in one file: a copy that this process has not open. */
async function filledDirectory(): Promise<string> {
  const origin = newDirectory();
  const store = openStore({ directory: origin });
  for (let number = 0; number < 60; number++) {
    await store.create(draftOf(`s${number}`, { name: 'n'.repeat(200) }));
  }
  const keys = Array.from({ length: 100 }, (_, id) => ({
    type: 't',
    id: `${id}`,
    value: Buffer.alloc(200, id),
  }));
  await pairInStore(store, 's0', identity, { creds: longSecret, keys });
  await store.close();
  const copy = newDirectory();
  mkdirSync(copy, { mode: 0o700 });
  for (const name of ['wactl.db', 'wactl.key']) copyFileSync(join(origin, name), join(copy, name));
  return copy;
}

function overwrite(file: string, offset: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, offset);
  closeSync(handle);
}

/** A place in the file that the sealed creds are stored at. */
function insideCreds(file: string): number {
  const db = openDatabase({ path: file, busyTimeoutMs: 1_000 });
  const [row] = db.rows('SELECT substr(value, 20000, 32) AS part FROM creds', []);
  db.close();
  const offset = readFileSync(file).indexOf(row?.['part'] as Uint8Array);
  expect(offset).toBeGreaterThan(0);
  return offset;
}

/** Runs raw statements on the database file. */
function tamper(directory: string, sql: string): void {
  const db = openDatabase({ path: fileOf(directory), busyTimeoutMs: 1_000 });
  db.exec(sql);
  db.close();
}

async function failure(work: () => unknown): Promise<WactlError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof WactlError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

async function readCreds(directory: string, id: string): Promise<Uint8Array | undefined> {
  const store = openStore({ directory });
  try {
    return await store.readCreds(id);
  } finally {
    await store.close();
  }
}

/** Reads everything in the store. */
async function readAll(directory: string): Promise<void> {
  const store = openStore({ directory });
  try {
    await store.list({ page: 1, perPage: 100 });
    await store.readCreds('s0');
    await store.readKeys(
      's0',
      't',
      Array.from({ length: 100 }, (_, id) => `${id}`),
    );
  } finally {
    await store.close();
  }
}

describe('a damaged database is reported as damaged', () => {
  const noise = Buffer.alloc(4096, 0xa5);
  const page = 4096;
  const damages: [string, (file: string) => void][] = [
    ['an overwritten header', (file) => overwrite(file, 0, noise.subarray(0, 100))],
    ['an overwritten first page', (file) => overwrite(file, 100, noise.subarray(100))],
    ['another kind of file', (file) => writeFileSync(file, 'not a database at all\n'.repeat(500))],
    ['half of it cut off', (file) => truncateSync(file, statSync(file).size / 2)],
    ['another schema format in the header', (file) => overwrite(file, 47, Buffer.from([0x84]))],
    ['all but a few bytes cut off', (file) => truncateSync(file, 50)],
    ['nothing left in it', (file) => truncateSync(file, 0)],
    [
      'every page after the first three',
      (file) => {
        for (let offset = 3 * page; offset < statSync(file).size; offset += page)
          overwrite(file, offset, noise);
      },
    ],
    [
      'flipped bits inside a secret',
      (file) => {
        overwrite(file, insideCreds(file), Buffer.from('CREDENTIAL'));
      },
    ],
    [
      'a folder in its place',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
    ['gone, its journal still there', (file) => renameSync(file, `${file}-wal`)],
  ];

  test.each(damages)('%s', async (_, damage) => {
    const directory = await filledDirectory();
    damage(fileOf(directory));
    const before = readdirSync(directory);
    const error = await failure(() => readAll(directory));
    expect(error).toMatchObject({ code: 'store_damaged', exitStatus: 11 });
    expect(error.hint).toMatch(/restore|pair it again/);
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(before));
    expect(await failure(() => readAll(directory))).toMatchObject({ code: 'store_damaged' });
  });

  test('a database of another program', async () => {
    const directory = await filledDirectory();
    tamper(directory, 'DROP TABLE meta');
    expect(await failure(() => readAll(directory))).toMatchObject({ code: 'store_damaged' });
  });

  test('credentials missing from a paired session', async () => {
    const directory = await filledDirectory();
    tamper(directory, 'DELETE FROM creds');
    const error = await failure(() => readAll(directory));
    expect([error.code, error.hint]).toEqual(['store_damaged', expect.stringContaining('wactl qr s0')]);
  });

  test('credentials moved to another session', async () => {
    const directory = await filledDirectory();
    tamper(directory, `UPDATE creds SET session_id = 's1'; UPDATE sessions SET paired = 1 WHERE id = 's1'`);
    const store = openStore({ directory });
    expect(await failure(() => store.readCreds('s1'))).toMatchObject({ code: 'store_damaged' });
    await store.close();
  });

  test('pairing again replaces damaged credentials', async () => {
    const directory = await filledDirectory();
    tamper(directory, `UPDATE creds SET value = x'00'`);
    const store = openStore({ directory });
    await pairInStore(store, 's0', identity, { creds: Buffer.from('new'), keys: [] });
    expect(Buffer.from((await store.readCreds('s0')) ?? []).toString()).toBe('new');
    await store.close();
  });
});

describe('a write never succeeds into a lost file', () => {
  test.each([
    ['removed', (file: string) => rmSync(file)],
    [
      'replaced',
      (file: string) => {
        copyFileSync(file, `${file}.copy`);
        renameSync(`${file}.copy`, file);
      },
    ],
  ])('when the file is %s while in use', async (_, change) => {
    const directory = newDirectory();
    const store = openStore({ directory });
    await store.create(draftOf('a'));
    change(fileOf(directory));
    expect(await failure(() => store.create(draftOf('b')))).toMatchObject({ code: 'store_damaged' });
    await store.close();
  });
});

describe('a new database', () => {
  test('has the journal mode of the store in its header: opening it writes nothing', () => {
    const path = ensureDatabaseFile(newDirectory(), (draft) => createDatabase(draft));
    const made = readFileSync(path);
    const db = openDatabase({ path, busyTimeoutMs: 0 });
    expect(db.rows('PRAGMA journal_mode', [])).toEqual([{ journal_mode: 'wal' }]);
    db.close();
    expect(readFileSync(path).equals(made)).toBe(true);
  });

  test('is complete in its file before it gets its name, with nothing in a journal', () => {
    const directory = newDirectory();
    let left: string[] = [];
    const path = ensureDatabaseFile(directory, (draft) => {
      createDatabase(draft);
      left = readdirSync(dirname(draft));
    });
    expect(left).toEqual(['wactl.db']);
    expect(readdirSync(directory)).toEqual(['wactl.db']);
    expect(statSync(path).size).toBeGreaterThan(4096);
  });
});

describe('schema', () => {
  test('a newer schema is refused in plain words, and left unchanged', async () => {
    const directory = await filledDirectory();
    tamper(directory, `UPDATE meta SET value = 99 WHERE key = 'schema_version'`);
    const error = await failure(() => openStore({ directory }));
    expect(error.message).toContain(
      `a newer wactl made it (schema 99; this version knows ${migrations.length})`,
    );
    expect([error.code, error.hint]).toEqual(['store_locked', expect.stringContaining('update wactl')]);
    tamper(directory, `UPDATE meta SET value = ${migrations.length} WHERE key = 'schema_version'`);
    await readAll(directory);
  });

  test('a first-version schema is brought up to date and keeps its data', async () => {
    const directory = newDirectory();
    mkdirSync(directory, { mode: 0o700 });
    const db = openDatabase({ path: fileOf(directory), busyTimeoutMs: 1_000 });
    db.exec(`${migrations[0] ?? ''}
      INSERT INTO meta (key, value) VALUES ('schema_version', 1);
      INSERT INTO sessions (id, status, paired, created_at, updated_at, message_count, close_reason, close_code,
        close_at, wants_online, retries, search_text) VALUES ('old', 'failed', 0, 1, 2, 0, 'banned', 402, 3, 0, 0, 'old')`);
    db.close();
    const store = openStore({ directory });
    expect(await store.get('old')).toMatchObject({
      id: 'old',
      lastClose: { reason: 'banned', code: 402, at: new Date(3) },
    });
    await store.close();
  });

  test('webhook events of a version with one webhook a session wait for that webhook', async () => {
    const directory = newDirectory();
    mkdirSync(directory, { mode: 0o700 });
    const db = openDatabase({ path: fileOf(directory), busyTimeoutMs: 1_000 });
    createSchema(db, 10);
    const payload = plainValue(Buffer.from('the event'), ['a', 'outbox', 'e7']);
    db.exec(`
      INSERT INTO sessions (id, status, paired, created_at, updated_at, message_count, wants_online, retries, search_text)
        VALUES ('a', 'disconnected', 0, 1, 2, 0, 0, 0, 'a');
      INSERT INTO outbox (seq, session_id, event_id, event, payload, state, created_at, attempts, failed_before_ms)
        VALUES (7, 'a', 'e7', 'message', x'${payload.toString('hex')}', 'pending', 5, 2, 6);
      INSERT INTO outbox (seq, session_id, event_id, event, state, created_at, attempts, finished_at)
        VALUES (3, 'a', 'e3', 'message', 'delivered', 4, 1, 9);
      INSERT INTO receivers (session_id, url, failures, dropped, failed_ms, wait_ms, absent_ms)
        VALUES ('a', 'https://example.com/', 2, 5, 70, 80, 60)`);
    db.close();
    const store = openStore({ directory });
    const { outbox } = store;
    expect(await outbox.next(firstBox('a'))).toMatchObject({ id: 'e7', body: 'the event', attempts: 2 });
    const { deliveries, receiver } = await outbox.list(firstBox('a'), 9);
    expect(deliveries.map(({ id, state }) => `${id} ${state}`)).toEqual(['e3 delivered', 'e7 pending']);
    expect(receiver).toMatchObject({ failures: 2, dropped: 5, failedMs: 70, waitMs: 80, absentMs: 60 });
    await store.close();
  });

  test('the previous generation of creds is kept, and does not open as the current one', async () => {
    const directory = newDirectory();
    const store = openStore({ directory });
    await store.create(draftOf('a'));
    await pairInStore(store, 'a', identity, { creds: Buffer.from('one'), keys: [] });
    await store.write('a', { creds: Buffer.from('two') });
    await store.close();
    const db = openDatabase({ path: fileOf(directory), busyTimeoutMs: 1_000 });
    const seals = new Seals(db, ownFileKeys(directory));
    const [row] = db.rows('SELECT value, previous_value FROM creds', []);
    const [value, previous] = [row?.['value'] as Uint8Array, row?.['previous_value'] as Uint8Array];
    const text = (opened: Uint8Array | undefined) => opened && Buffer.from(opened).toString();
    expect(text(seals.open(value, credsPlace('a')))).toBe('two');
    expect(text(seals.open(previous, previousCredsPlace('a')))).toBe('one');
    expect(seals.open(previous, credsPlace('a'))).toBeUndefined();
    db.close();
    tamper(directory, 'UPDATE creds SET value = previous_value');
    expect(await failure(() => readCreds(directory, 'a'))).toMatchObject({ code: 'store_damaged' });
  });

  test('nothing of a removed session stays in the file', async () => {
    const directory = newDirectory();
    const store = openStore({ directory });
    await store.create(draftOf('gone-forever'));
    const keys = [{ type: 't', id: '1', value: Buffer.from('key material') }];
    await pairInStore(store, 'gone-forever', identity, { creds: longSecret, keys });
    await store.remove('gone-forever', { evenLinked: true });
    await store.close();
    const file = readFileSync(fileOf(directory));
    for (const trace of ['gone-forever', 'credential ', 'key material', identity.phoneNumber]) {
      expect(file.includes(trace)).toBe(false);
    }
    expect(statSync(`${fileOf(directory)}-wal`).size).toBe(0);
  });
});

test('a journal that has grown is copied into the database while the store is open, and begun anew', async () => {
  const directory = newDirectory();
  const store = openStore({ directory });
  await store.create(draftOf('a'));
  await pairInStore(store, 'a', identity);
  const megabyte = 1024 * 1024;
  for (let number = 0; number < 12; number++)
    await store.write('a', { creds: Buffer.alloc(megabyte, number) });
  expect(statSync(fileOf(directory)).size).toBeGreaterThan(megabyte);
  expect(statSync(`${fileOf(directory)}-wal`).size).toBeLessThan(10 * megabyte);
  await store.close();
});

describe('the directory', () => {
  test('a fresh directory works at once, and is created with its parents', async () => {
    const directory = join(newDirectory(), 'deep', 'er');
    const store = openStore({ directory });
    expect(await store.list({ page: 1, perPage: 25 })).toEqual({ sessions: [], total: 0 });
    await store.close();
    expect(existsSync(fileOf(directory))).toBe(true);
  });

  test.runIf(process.platform !== 'win32')('a file that others could read is made private', async () => {
    const directory = await filledDirectory();
    chmodSync(fileOf(directory), 0o644);
    await openStore({ directory }).close();
    expect(statSync(fileOf(directory)).mode & 0o777).toBe(0o600);
  });

  test('a file in its place is refused with a hint', async () => {
    const directory = newDirectory();
    writeFileSync(directory, '');
    const error = await failure(() => openStore({ directory }));
    expect([error.code, error.hint]).toEqual(['store_locked', expect.stringContaining('--config-dir')]);
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'an unwritable directory is refused with a hint',
    async () => {
      const directory = newDirectory();
      mkdirSync(directory, { mode: 0o500 });
      const error = await failure(() => openStore({ directory }));
      expect([error.code, error.hint]).toEqual(['store_locked', expect.stringContaining('--config-dir')]);
    },
  );
});
