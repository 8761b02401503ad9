import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encryptionHere } from '../../src/compose/encryption.ts';
import { keySources } from '../../src/keys/key-sources.ts';
import type { KeyOptions } from '../../src/keys/key-sources.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/open-store.ts';
import { generationOf } from '../../src/store/seal.ts';
import { WactlError } from '../../src/errors.ts';
import { bundleStoreChild, startStoreChild } from '../support/run-store-child.ts';
import { makePlain } from '../support/plain-store.ts';
import { bytes, draftOf, identity } from '../support/store-drafts.ts';
import { claimOf } from './leases.ts';
import { unexpected } from '../support/unexpected.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-rekey-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(parent, 'store-'));
  const { store } = open();
  await store.create(draftOf('a', { proxy: 'http://127.0.0.1:1' }));
  await store.create(draftOf('b'));
  await store.commitPairing('a', { creds: bytes('creds before'), keys: [] });
  await store.write('a', { creds: bytes('creds'), keys: [{ type: 't', id: '1', value: bytes('key') }] });
  await store.recordLogin('a', identity);
  await store.close();
});

/** A process on the store. */
function open(options: Partial<KeyOptions> = {}) {
  const ownFile = join(directory, 'wactl.key');
  const uid = process.geteuid?.();
  const keys = keySources({
    ownFile,
    uid,
    keyFile: undefined,
    credentialsDirectory: undefined,
    passphrase: undefined,
    handed: undefined,
    ask: undefined,
    keyring: () => unexpected('keyring'),
    warn: () => undefined,
    scryptCost: 10,
    ...options,
  });
  const store = openStore({ directory, keys });
  const newKeyringKey = () => Promise.reject(new WactlError('missing_key', 'no keyring here'));
  const parts = { ownFile, uid, keys, newKeyringKey, store: () => Promise.resolve(store) };
  return { store, encryption: encryptionHere(parts) };
}

type Process = ReturnType<typeof open>;

async function expectWhole({ store }: Process): Promise<void> {
  expect(Buffer.from((await store.readCreds('a')) ?? []).toString()).toBe('creds');
  expect(Buffer.from((await store.readKeys('a', 't', ['1'])).get('1') ?? []).toString()).toBe('key');
  expect(await store.get('a')).toMatchObject({ proxy: 'http://127.0.0.1:1' });
}

async function inProcess<T>(
  work: (process: Process) => Promise<T>,
  options?: Partial<KeyOptions>,
): Promise<T> {
  const opened = open(options);
  try {
    return await work(opened);
  } finally {
    await opened.store.close();
  }
}

const keyFile = (): Buffer => readFileSync(join(directory, 'wactl.key'));

function generations(): Set<number | undefined> {
  const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1_000 });
  const rows = db.rows(
    `SELECT value FROM creds UNION ALL SELECT previous_value FROM creds UNION ALL SELECT value FROM keys
     UNION ALL SELECT proxy FROM sessions WHERE proxy IS NOT NULL`,
    [],
  );
  db.close();
  return new Set(rows.map((row) => generationOf(row['value'] as Uint8Array)));
}

describe('a new key', () => {
  test('opens everything; the old one opens nothing', async () => {
    const before = keyFile();
    copyFileSync(join(directory, 'wactl.key'), join(parent, 'old.key'));
    const place = await inProcess(({ encryption }) => encryption.change(null, true));
    expect(place).toMatchObject({ kind: 'file', isOwnFile: true, generation: 2 });
    expect(generations()).toEqual(new Set([2]));
    expect(keyFile()).toHaveLength(32);
    expect(keyFile().equals(before)).toBe(false);
    await inProcess(expectWhole);
    await inProcess(
      ({ store }) => expect(store.readCreds('a')).rejects.toMatchObject({ code: 'wrong_key' }),
      { keyFile: join(parent, 'old.key') },
    );
    expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('is noticed by other processes, which go on', async () => {
    const [holder, other] = [open(), open()];
    await expectWhole(holder);
    await other.encryption.change(null, true);
    await expectWhole(holder);
    await other.encryption.change(null, true);
    await holder.store.write('a', { keys: [{ type: 't', id: '2', value: bytes('written after') }] });
    expect(generations()).toEqual(new Set([3]));
    expect(await other.store.readKeys('a', 't', ['2'])).toEqual(new Map([['2', bytes('written after')]]));
    await holder.store.close();
    await other.store.close();
  });

  test('is refused while a process holds a session that cannot know it', async () => {
    const holder = open();
    await holder.store.leases.acquire(claimOf('a', 'l1'));
    await expectWhole(holder);
    const passphrase = 'secret';
    await inProcess(({ encryption }) => encryption.change({ to: 'passphrase' }, false), { passphrase });
    // It has the data key, which is still the same.
    await expectWhole(holder);
    await holder.store.write('a', { creds: bytes('creds') });
    await inProcess(
      ({ encryption }) =>
        expect(encryption.change(null, true)).rejects.toMatchObject({
          code: 'in_use',
          hint: 'end it first: wactl disconnect a',
        }),
      { passphrase },
    );
    await holder.store.leases.release('l1');
    await inProcess(({ encryption }) => encryption.change(null, true), { passphrase });
    await inProcess(expectWhole, { passphrase });
    await expect(holder.store.write('a', { creds: bytes('x') })).rejects.toMatchObject({
      code: 'missing_key',
    });
    await holder.store.close();
  });
});

describe('a key that is moved', () => {
  test('and made anew at once is refused while a process holds a session: it would look for it in vain', async () => {
    const holder = open();
    await holder.store.leases.acquire(claimOf('a', 'l1'));
    await inProcess(
      async ({ encryption }) => {
        const refused = { code: 'in_use', hint: 'end it first: wactl disconnect a' };
        await expect(encryption.change({ to: 'passphrase' }, true)).rejects.toMatchObject(refused);
        // Where the key stays, it finds a new one.
        await encryption.change(null, true);
      },
      { passphrase: 'secret' },
    );
    await expectWhole(holder);
    await holder.store.close();
  });

  test('from the own file to a passphrase, to a file, and back opens everything each time', async () => {
    const passphrase = 'secret';
    const path = join(mkdtempSync(join(parent, 'usb-')), 'key');
    await inProcess(({ encryption }) => encryption.change({ to: 'passphrase' }, false), { passphrase });
    expect(readdirSync(directory)).not.toContain('wactl.key');
    await inProcess(expectWhole, { passphrase });
    const wrong = { code: 'wrong_key' };
    await inProcess(({ store }) => expect(store.readCreds('a')).rejects.toMatchObject(wrong), {
      passphrase: 'wrong',
    });
    await inProcess(
      async ({ encryption }) => {
        expect(await encryption.change({ to: 'file', path }, false)).toMatchObject({
          file: path,
          isOwnFile: false,
        });
      },
      { passphrase },
    );
    expect(readFileSync(path)).toHaveLength(32);
    await inProcess(expectWhole, { keyFile: path });
    await inProcess(({ encryption }) => encryption.change({ to: 'own_file' }, true), { keyFile: path });
    await inProcess(expectWhole);
    expect(readFileSync(path)).toHaveLength(32);
    expect(generations()).toEqual(new Set([2]));
  });

  test('to a place that cannot be used stays where it is', async () => {
    const before = keyFile();
    await inProcess(async ({ encryption }) => {
      const path = join(directory, 'none', 'key');
      await expect(encryption.change({ to: 'file', path }, true)).rejects.toMatchObject({
        code: 'store_locked',
      });
      await expect(encryption.change({ to: 'keyring' }, true)).rejects.toMatchObject({ code: 'missing_key' });
      await expect(encryption.change({ to: 'passphrase' }, true)).rejects.toMatchObject({
        code: 'missing_key',
      });
      await expect(
        encryption.change({ to: 'file', path: join(directory, 'wactl.key') }, true),
      ).rejects.toMatchObject({ code: 'usage' });
    });
    expect(keyFile().equals(before)).toBe(true);
    await inProcess(expectWhole);
  });
});

describe('a process that is killed', () => {
  let bundle: string;
  beforeAll(async () => {
    bundle = await bundleStoreChild(parent);
  });

  test.each(['before_choosing', 'after_choosing', 'before_settling', 'after_settling'] as const)(
    'in a change of the key, %s, leaves a store that opens',
    async (at) => {
      for (const to of ['own_file', 'passphrase'] as const) {
        const child = startStoreChild(bundle, { task: 'die_rekeying', directory, to, at });
        expect((await child.ended()).how).toBe('SIGKILL');
        await inProcess(expectWhole, { passphrase: 'secret' });
        // And the next change works.
        await inProcess(({ encryption }) => encryption.change({ to: 'own_file' }, true), {
          passphrase: 'secret',
        });
        await inProcess(expectWhole);
        expect(keyFile()).toHaveLength(32);
      }
    },
  );

  test.each([0, 2, 4])(
    'in the sealing of an older store, at value %i of 4, leaves it as it was, or sealed',
    async (atValue) => {
      makePlain(directory);
      const child = startStoreChild(bundle, { task: 'die_sealing', directory, atValue });
      const isDone = atValue === 4;
      expect(await child.ended()).toEqual({ lines: isDone ? ['sealed 4'] : [], how: 'SIGKILL' });
      expect(generations()).toEqual(new Set([isDone ? 1 : undefined]));
      await inProcess(expectWhole);
      expect(generations()).toEqual(new Set([1]));
    },
  );

  test('at any moment of many changes leaves a store that opens', async () => {
    const rounds = Number(process.env['WACTL_KILLS'] ?? 12);
    for (let round = 0; round < rounds; round++) {
      const child = startStoreChild(bundle, { task: 'rekey', directory });
      for (let line = 0; line <= round % 4; line++) await child.nextLine();
      child.kill();
      expect((await child.ended()).how).toBe('SIGKILL');
      await inProcess(expectWhole);
    }
  });
});
