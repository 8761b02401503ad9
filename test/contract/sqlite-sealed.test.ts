import { firstBox } from '../../src/domain/box.ts';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { OutboxEvent } from '../../src/domain/delivery.ts';
import { openDatabase } from '../../src/store/driver.ts';
import type { Row } from '../../src/store/row-values.ts';
import { openStore } from '../../src/store/open-store.ts';
import { generationOf } from '../../src/store/seal.ts';
import { appendEvents } from '../support/append-events.ts';
import { fakeKeys, noKeys } from '../support/fake-keys.ts';
import { makePlain, openOnce, plainValue } from '../support/plain-store.ts';
import { bytes, draftOf, identity } from '../support/store-drafts.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-sealed-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const everything = { page: 1, perPage: 100 };
const url = 'https://example.com/hook';
const secret = 'whsec_c2VudGluZWwtb2YtdGhlLXdlYmhvb2st';
const secrets = [
  'the creds',
  'creds before',
  'the key',
  secret,
  'the-proxy-password',
  'the event',
  'the-header',
  'the-other-secret',
  'the-other-event',
];
const header = 'the-header';
const proxy = 'http://user:the-proxy-password@127.0.0.1:1';
const event: OutboxEvent = {
  id: 'e1',
  type: 'message',
  body: 'the event',
  createdAt: new Date(),
  expiresAt: null,
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(parent, 'store-'));
});

type Store = ReturnType<typeof openStore>;

async function withStore<T>(
  work: (store: Store) => Promise<T>,
  keys?: Parameters<typeof openStore>[0]['keys'],
) {
  const store = openStore({ directory, ...(keys && { keys }) });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** A store with each kind of secret, in "a"; "b" has none. */
async function fill(store: Store): Promise<void> {
  const webhook = {
    url,
    events: ['message'] as const,
    secret,
    headers: { 'x-key': header },
    viaProxy: false,
  };
  await store.create(draftOf('a', { webhook, proxy }));
  await store.update('a', { otherWebhooks: [{ ...webhook, name: 'crm', secret: 'the-other-secret' }] });
  await store.create(draftOf('b'));
  await store.commitPairing('a', { creds: bytes('creds before'), keys: [] });
  await store.write('a', {
    creds: bytes('the creds'),
    keys: [
      { type: 'session', id: '1', value: bytes('the key') },
      { type: 'pre-key', id: 'Ž', value: bytes('the key') },
    ],
  });
  await store.recordLogin('a', identity);
  await appendEvents(store, firstBox('a'), url, [event]);
  await appendEvents(store, crm, url, [{ ...event, body: 'the-other-event' }]);
}

const crm = { sessionId: 'a', receiver: 'crm' };

const text = (value: Uint8Array | undefined): string | undefined => value && Buffer.from(value).toString();

/** Everything that the store answers with. */
const answers = async (store: Store) => ({
  creds: text(await store.readCreds('a')),
  keys: [
    text((await store.readKeys('a', 'session', ['1'])).get('1')),
    text((await store.readKeys('a', 'pre-key', ['Ž'])).get('Ž')),
  ],
  listed: (await store.list(everything)).sessions.map((one) => [
    one.id,
    one.proxy,
    one.webhook?.secret,
    one.webhook?.headers,
    one.otherWebhooks[0]?.secret,
  ]),
  got: [(await store.get('a'))?.proxy, (await store.get('a'))?.webhook?.secret],
  headers: (await store.get('a'))?.webhook?.headers,
  others: (await store.get('a'))?.otherWebhooks.map((one) => one.secret),
  event: (await store.outbox.next(firstBox('a')))?.body,
  otherEvent: (await store.outbox.next(crm))?.body,
});
const right = {
  creds: 'the creds',
  keys: ['the key', 'the key'],
  listed: [
    ['a', proxy, secret, { 'x-key': header }, 'the-other-secret'],
    ['b', null, undefined, undefined, undefined],
  ],
  got: [proxy, secret],
  headers: { 'x-key': header },
  others: ['the-other-secret'],
  event: 'the event',
  otherEvent: 'the-other-event',
};

function onDatabase<T>(work: (db: ReturnType<typeof openDatabase>) => T): T {
  const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1_000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}
const tamper = (sql: string): void => onDatabase((db) => db.exec(sql));

const filesOf = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), 'latin1')]),
  );
const secretsInFiles = (): string[] =>
  secrets.filter((one) => Object.values(filesOf()).some((content) => content.includes(one)));

/** Every value in a column of type BLOB, by table and column. */
const blobs = (): [where: string, value: Uint8Array][] =>
  onDatabase((db) => {
    const named = (row: Row, column: string): string => String(row[column]);
    const tables = db
      .rows(`SELECT name FROM sqlite_schema WHERE type = 'table'`, [])
      .map((row) => named(row, 'name'));
    return tables
      .filter((table) => !table.startsWith('data_key'))
      .flatMap((table) =>
        db
          .rows(`SELECT name FROM pragma_table_info('${table}') WHERE type = 'BLOB'`, [])
          .map((row) => named(row, 'name'))
          .flatMap((column) =>
            db
              .rows(`SELECT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`, [])
              .map((row): [string, Uint8Array] => [`${table}.${column}`, row['value'] as Uint8Array]),
          ),
      );
  });

describe('the secrets of a store', () => {
  test('come back, and none of them is readable in its files', async () => {
    await withStore(async (store) => {
      await fill(store);
      expect(secretsInFiles()).toEqual([]);
      expect(await answers(store)).toEqual(right);
    });
    expect(secretsInFiles()).toEqual([]);
    expect(await withStore(answers)).toEqual(right);
  });

  test('are sealed in every column of type BLOB', async () => {
    await withStore(fill);
    const all = blobs();
    expect(new Set(all.map(([where]) => where))).toEqual(
      new Set([
        'sessions.webhook_secret',
        'sessions.webhook_headers',
        'sessions.other_webhooks',
        'sessions.proxy',
        'creds.value',
        'creds.previous_value',
        'keys.value',
        'outbox.payload',
      ]),
    );
    expect(all.filter(([, value]) => generationOf(value) !== 1)).toEqual([]);
  });

  test.runIf(process.platform !== 'win32')(
    'open with a key file of mode 0600, made for the first of them',
    async () => {
      await withStore(async (store) => {
        await store.create(draftOf('b'));
        await store.list(everything);
        expect(readdirSync(directory)).not.toContain('wactl.key');
        await store.create(draftOf('a', { proxy }));
      });
      const { mode, size } = statSync(join(directory, 'wactl.key'));
      expect([mode & 0o777, size]).toEqual([0o600, 32]);
    },
  );

  test('are sealed with the key that was made while a phone was awaited, by whichever process', async () => {
    const key = (): Buffer => readFileSync(join(directory, 'wactl.key'));
    await withStore(async (one) => {
      await withStore(async (other) => {
        await one.create(draftOf('a'));
        await one.expectPairing('a');
        const made = key();
        await Promise.all([other.expectPairing('a'), one.expectPairing('a')]);
        expect(await one.keyFacts()).toBeNull();
        await other.commitPairing('a', { creds: bytes('the creds'), keys: [] });
        expect(key()).toEqual(made);
        expect(text(await one.readCreds('a'))).toBe('the creds');
      });
    });
    // Once it is in use, a lost one is never made anew.
    rmSync(join(directory, 'wactl.key'));
    await withStore((store) =>
      expect(store.expectPairing('a')).rejects.toMatchObject({ code: 'missing_key' }),
    );
    expect(readdirSync(directory)).not.toContain('wactl.key');
  });

  test('and the record stay as they are while a phone is awaited', async () => {
    await withStore(async (store) => {
      await fill(store);
      await store.create(draftOf('c'));
      const before = await Promise.all(['a', 'c'].map((id) => store.get(id)));
      // Each process rehearses once: with what is written in the same turn, and on a session that has been paired before.
      for (const id of ['a', 'c']) {
        await withStore(async (other) => {
          const [, added] = await Promise.all([other.expectPairing(id), other.create(draftOf(`${id}-2`))]);
          expect(added).toMatchObject({ id: `${id}-2` });
        });
      }
      expect(text(await store.readCreds('a'))).toBe('the creds');
      expect(await Promise.all(['a', 'c'].map((id) => store.get(id)))).toEqual(before);
      expect(await store.readCreds('c')).toBeUndefined();
    });
  });

  test('need no key file while a phone is awaited when the key is somewhere else', async () => {
    const keys = fakeKeys();
    await withStore(async (store) => {
      await store.create(draftOf('a'));
      await store.expectPairing('a');
      expect(await store.keyFacts()).toBeNull();
    }, keys);
    expect(keys.asked).toBe(1);
    expect(readdirSync(directory)).not.toContain('wactl.key');
  });

  test('are shared by all that open the store', async () => {
    await withStore(async (one) => {
      await withStore(async (other) => {
        await fill(one);
        expect(await answers(other)).toEqual(right);
        await other.write('a', { creds: bytes('written elsewhere') });
        expect(text(await one.readCreds('a'))).toBe('written elsewhere');
      });
    });
  });

  test('damaged, or put there unsealed, are damaged and not absent', async () => {
    await withStore(fill);
    const refused = { code: 'store_damaged' };
    const plain = plainValue(bytes('forged'), ['a', 'creds', '']).toString('hex');
    for (const value of [`x'${plain}'`, `x'0100'`, `x''`, `(SELECT value FROM keys LIMIT 1)`]) {
      tamper(`UPDATE creds SET value = ${value}`);
      await withStore((store) => expect(store.readCreds('a')).rejects.toMatchObject(refused));
    }
  });
});

describe('a store without its key', () => {
  const refused = { code: 'missing_key', exitStatus: 11 };

  test('lists its sessions, and tells no secret', async () => {
    await withStore(fill);
    await withStore(async (store) => {
      const { sessions } = await store.list(everything);
      expect(sessions.map(({ id, damaged, webhook }) => [id, damaged, webhook?.url])).toEqual([
        ['a', undefined, url],
        ['b', undefined, undefined],
      ]);
      expect(() => sessions[0]?.proxy).toThrow('there is no key here');
      expect(() => sessions[0]?.webhook?.secret).toThrow('there is no key here');
      expect(await store.idsWithPrefix('a', 2)).toEqual(['a']);
      expect(await store.get('b')).toMatchObject({ id: 'b', proxy: null });
    }, noKeys());
  });

  test('refuses, touches nothing, and works again when the key is back', async () => {
    await withStore(fill);
    const key = readFileSync(join(directory, 'wactl.key'));
    rmSync(join(directory, 'wactl.key'));
    const before = filesOf();
    await withStore(async (store) => {
      await expect(store.readCreds('a')).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('wactl.key is missing') as string,
      });
      await expect(store.unlock()).rejects.toMatchObject(refused);
      await expect(store.write('a', { creds: bytes('x') })).rejects.toMatchObject(refused);
      await expect(store.commitPairing('b', { creds: bytes('x'), keys: [] })).rejects.toMatchObject(refused);
      await expect(store.outbox.next(firstBox('a'))).rejects.toMatchObject(refused);
      await expect(store.get('a')).rejects.toMatchObject(refused);
    });
    expect(filesOf()).toEqual({ ...before, 'wactl.db-wal': '', 'wactl.db-shm': expect.anything() as string });
    writeFileSync(join(directory, 'wactl.key'), key, { mode: 0o600 });
    expect(await withStore(answers)).toEqual(right);
  });

  test('refuses another key in plain words', async () => {
    await withStore(fill);
    writeFileSync(join(directory, 'wactl.key'), Buffer.alloc(32, 1), { mode: 0o600 });
    await withStore((store) =>
      expect(store.unlock()).rejects.toMatchObject({
        code: 'wrong_key',
        exitStatus: 11,
        message: `the key in the key file does not open the sessions in ${join(directory, 'wactl.db')}`,
        hint: expect.stringContaining('nothing was changed') as string,
      }),
    );
  });

  test('waits for a key that has to be asked for, once', async () => {
    const keys = fakeKeys();
    await withStore(async (store) => {
      expect(keys.asked).toBe(0);
      await fill(store);
      expect(await answers(store)).toEqual(right);
      expect(keys.asked).toBe(1);
    }, keys);
    const again = fakeKeys();
    await withStore(async (store) => {
      await store.list(everything);
      expect(again.asked).toBe(0);
      await store.unlock();
      expect(await answers(store)).toEqual(right);
      expect(again.asked).toBe(1);
    }, again);
    await withStore(
      (store) => expect(store.unlock()).rejects.toMatchObject({ code: 'wrong_key' }),
      fakeKeys(new Uint8Array(32)),
    );
  });
});

describe('the record of the data key', () => {
  test.each(['data_key', 'data_key_copy'])('damaged or gone in %s is read from the other', async (table) => {
    await withStore(fill);
    for (const sql of [`UPDATE ${table} SET record = x'00112233445566'`, `DELETE FROM ${table}`]) {
      tamper(sql);
      expect(await withStore(answers)).toEqual(right);
    }
  });

  test.each([
    ['damaged', `UPDATE data_key SET record = x'00'; UPDATE data_key_copy SET record = x'00'`],
    ['gone', 'DELETE FROM data_key; DELETE FROM data_key_copy'],
  ])('%s in both: everything is damaged, and no new one is made', async (_, sql) => {
    await withStore(fill);
    tamper(sql);
    const refused = { code: 'store_damaged' };
    await withStore(async (store) => {
      expect((await store.list(everything)).total).toBe(2);
      await expect(store.readCreds('a')).rejects.toMatchObject(refused);
      await expect(store.write('a', { creds: bytes('x') })).rejects.toMatchObject(refused);
      await expect(store.create(draftOf('c', { proxy }))).rejects.toMatchObject(refused);
    });
    expect(onDatabase((db) => db.rows('SELECT count(*) AS n FROM data_key', [])[0]?.['n'])).toBe(
      sql.startsWith('DELETE') ? 0 : 1,
    );
  });
});

describe('a store of an earlier version', () => {
  test('is sealed when it is opened; nothing of its secrets stays readable', async () => {
    await withStore(fill);
    makePlain(directory);
    expect(secretsInFiles()).toEqual(secrets);
    await openOnce(directory);
    expect(secretsInFiles()).toEqual([]);
    expect(blobs().filter(([, value]) => generationOf(value) !== 1)).toEqual([]);
    expect(await withStore(answers)).toEqual(right);
    tamper('UPDATE creds SET value = previous_value');
    await withStore((store) => expect(store.readCreds('a')).rejects.toMatchObject({ code: 'store_damaged' }));
  });

  test('stays as it is, and readable, until a key that has to be asked for is there', async () => {
    await withStore(fill);
    makePlain(directory);
    const keys = fakeKeys();
    await withStore(async (store) => {
      expect(await answers(store)).toEqual(right);
      expect(keys.asked).toBe(0);
      await store.write('a', { keys: [{ type: 't', id: '1', value: bytes('the key') }] });
      expect(await answers(store)).toEqual(right);
    }, keys);
    expect(secretsInFiles()).toEqual([]);
  });

  test('what is damaged in it stays damaged', async () => {
    await withStore(fill);
    makePlain(directory);
    tamper(`UPDATE creds SET value = x'000000000061'; UPDATE sessions SET name = 'else' WHERE id = 'a'`);
    await withStore(async (store) => {
      expect(await store.get('a')).toMatchObject({ damaged: 'pair_again', proxy });
      await expect(store.readCreds('a')).rejects.toMatchObject({ code: 'store_damaged' });
    });
    tamper(`UPDATE sessions SET name = NULL WHERE id = 'a'`);
    await withStore(async (store) => {
      expect(await store.get('a')).toMatchObject({ id: 'a', proxy });
      await expect(store.readCreds('a')).rejects.toMatchObject({ code: 'store_damaged' });
    });
  });

  test('stays whole when its sealing fails', async () => {
    await withStore(fill);
    makePlain(directory);
    expect(() => openStore({ directory, keys: noKeys() })).toThrow('there is no key here');
    expect(secretsInFiles()).toEqual(secrets);
    expect(await withStore(answers)).toEqual(right);
  });
});

describe('a copy of the database', () => {
  test('without the key file opens nothing', async () => {
    await withStore(fill);
    const origin = directory;
    directory = mkdtempSync(join(parent, 'copy-'));
    copyFileSync(join(origin, 'wactl.db'), join(directory, 'wactl.db'));
    await withStore((store) => expect(store.readCreds('a')).rejects.toMatchObject({ code: 'missing_key' }));
    expect(readdirSync(directory)).not.toContain('wactl.key');
  });
});
