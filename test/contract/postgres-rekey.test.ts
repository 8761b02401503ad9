import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { encryptionHere } from '../../src/compose/encryption.ts';
import { systemClock } from '../../src/compose/system-clock.ts';
import { firstBox } from '../../src/domain/box.ts';
import { keySources } from '../../src/keys/key-sources.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { appendEvents } from '../support/append-events.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { describeOnPostgres, newDatabase, thisProcess } from '../support/postgres.ts';
import { bytes, draftOf, identity } from '../support/store-drafts.ts';
import { unexpected } from '../support/unexpected.ts';
import { claimOf } from './leases.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-pg-rekey-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

describeOnPostgres('a change of the key in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let ownFile: string;
  const opened: PostgresStore[] = [];

  /** A process of a machine. */
  const open = async (host = 'one') => {
    const keys = keySources({
      ownFile,
      uid: process.geteuid?.(),
      keyFile: undefined,
      credentialsDirectory: undefined,
      passphrase: undefined,
      handed: undefined,
      ask: undefined,
      keyring: () => unexpected('keyring'),
      warn: () => unexpected('warn'),
    });
    const store = await openPostgres({
      address: database.address,
      clock: systemClock,
      keys,
      host: { id: host, name: `machine ${host}` },
      process: thisProcess,
    });
    opened.push(store);
    const parts = {
      ownFile,
      uid: process.geteuid?.(),
      keys,
      newKeyringKey: () => unexpected('newKeyringKey'),
      store: () => Promise.resolve(store),
    };
    return { store, encryption: encryptionHere(parts) };
  };
  const sealed = async (): Promise<string[]> => {
    const rows = await database.sql(
      `SELECT encode(value, 'hex') AS value FROM (SELECT proxy AS value FROM wactl.sessions
         UNION ALL SELECT value FROM wactl.creds UNION ALL SELECT previous_value FROM wactl.creds
         UNION ALL SELECT value FROM wactl.keys UNION ALL SELECT payload FROM wactl.outbox) AS everything`,
    );
    return rows.map(({ value }) => String(value));
  };
  const all = async (store: PostgresStore) => ({
    whole: await store.readWhole('a'),
    body: (await store.outbox.next(firstBox('a')))?.body,
  });

  beforeEach(async () => {
    ownFile = join(mkdtempSync(join(parent, 'host-')), 'wactl.key');
    database = await newDatabase();
    const { store } = await open();
    await store.create(draftOf('a', { proxy: 'http://user:secret@127.0.0.1:1' }));
    await pairInStore(store, 'a', identity, { creds: bytes('creds before'), keys: [] });
    const keys = Array.from({ length: 450 }, (_, index) => ({
      type: 't',
      id: String(index),
      value: bytes(`key ${String(index)}`),
    }));
    await store.write('a', { creds: bytes('creds'), keys });
    const event = {
      id: 'e',
      type: 'message',
      body: 'hello',
      createdAt: new Date(),
      expiresAt: null,
    } as const;
    await appendEvents(store, firstBox('a'), 'https://example.com', [event]);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await database.end();
  });

  test('to a new data key seals every value anew, and a process that is open goes on with it', async () => {
    const [here, beside] = [await open(), await open()];
    const before = await all(beside.store);
    const old = await sealed();
    expect(old).toHaveLength(454);
    const place = await here.encryption.change(null, true);
    expect(place).toMatchObject({ kind: 'file', generation: 2, isOwnFile: true });
    const now = await sealed();
    expect(now.filter((value) => old.includes(value))).toEqual([]);
    expect(now.every((value) => value.startsWith('0100000002'))).toBe(true);
    expect(await all(beside.store)).toEqual(before);
    await beside.store.write('a', { creds: bytes('after') });
    expect(await here.store.readCreds('a')).toEqual(bytes('after'));
  });

  test('to another file keeps the data key', async () => {
    const { store, encryption } = await open();
    const [before, old] = [await all(store), await sealed()];
    const path = join(parent, 'other.key');
    expect(await encryption.change({ to: 'file', path }, false)).toMatchObject({ file: path, generation: 1 });
    expect(await sealed()).toEqual(old);
    expect(await all(store)).toEqual(before);
  });

  test('is refused while another machine holds a session', async () => {
    const [here, there] = [await open('one'), await open('two')];
    await there.store.leases.acquire(claimOf('a', 'theirs'));
    const old = await sealed();
    await expect(here.encryption.change(null, true)).rejects.toMatchObject({
      code: 'in_use',
      message: 'machine two holds a, and could not open what is sealed with another key',
    });
    expect(await sealed()).toEqual(old);
    await there.store.leases.release('theirs');
    await here.encryption.change(null, true);
  });
});
