import { firstBox } from '../../src/domain/box.ts';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/open-store.ts';
import { claimOf } from './leases.ts';
import { appendEvents } from '../support/append-events.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { bytes, draftOf, identity } from '../support/store-drafts.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-rows-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const everything = { page: 1, perPage: 100 };
const url = 'https://example.com/hook';
const eventOf = (id: string): OutboxEvent => ({
  id,
  type: 'message',
  body: `body of ${id}`,
  createdAt: new Date(),
  expiresAt: null,
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(parent, 'store-'));
});

type Store = ReturnType<typeof openStore>;

async function withStore<T>(work: (store: Store) => Promise<T>, where = directory): Promise<T> {
  const store = openStore({ directory: where });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Three sessions; "b" is paired and has a proxy. */
const fill = () =>
  withStore(async (store) => {
    for (const id of ['a', 'b', 'c'])
      await store.create(draftOf(id, { name: `Name ${id}`, proxy: 'http://127.0.0.1:1' }));
    const keys = [{ type: 't', id: '1', value: bytes('key') }];
    await pairInStore(store, 'b', identity, { creds: bytes('creds'), keys });
  });

function tamper(sql: string): void {
  const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1_000 });
  db.exec(sql);
  db.close();
}

/** From now on the index belongs to another, empty table. */
function emptyIndex(name: string): void {
  const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1_000 });
  const pageOf = (index: string) =>
    Number(db.rows('SELECT rootpage FROM sqlite_schema WHERE name = ?', [index])[0]?.['rootpage']);
  db.exec(`PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET rootpage = ${pageOf('sqlite_autoindex_receivers_1')} WHERE name = '${name}';
    PRAGMA schema_version = 1000`);
  db.close();
}

const notText = `CAST(x'6eff6f' AS TEXT)`;

describe('a session whose record is damaged', () => {
  const damages: [string, string, 'pair_again' | 'delete'][] = [
    ['status', `'zzz'`, 'pair_again'],
    ['paired', '7', 'pair_again'],
    ['paired', '0', 'pair_again'],
    ['unconfirmed', '1', 'pair_again'],
    ['name', `'Mame b'`, 'pair_again'],
    ['name', notText, 'pair_again'],
    ['status', notText, 'pair_again'],
    ['created_at', `'yesterday'`, 'pair_again'],
    ['created_at', '9000000000000000', 'pair_again'],
    ['created_at', notText, 'pair_again'],
    ['close_reason', `'boredom'`, 'pair_again'],
    ['webhook_url', `'https://example.com'`, 'pair_again'],
    ['wants_online', '1', 'pair_again'],
    ['proxy', `'plain text'`, 'delete'],
    ['proxy', notText, 'delete'],
    ['endpoint_url', `'ws://127.0.0.1:1'`, 'delete'],
  ];

  test.each(damages)(
    '%s = %s: only this session is damaged, and it can be removed',
    async (column, value, damaged) => {
      await fill();
      tamper(`UPDATE sessions SET ${column} = ${value} WHERE id = 'b'`);
      await withStore(async (store) => {
        const { sessions, total } = await store.list(everything);
        expect(total).toBe(3);
        const states = Object.fromEntries(sessions.map((one) => [one.id, [one.status, one.damaged]]));
        expect(states).toEqual({
          a: ['disconnected', undefined],
          b: ['failed', damaged],
          c: ['disconnected', undefined],
        });
        expect(await store.get('b')).toMatchObject({ paired: true, damaged });
        const refused = { code: 'store_damaged', message: expect.stringContaining('"b"') as string };
        await expect(store.readCreds('b')).rejects.toMatchObject(refused);
        await expect(store.update('b', { name: 'x' })).rejects.toMatchObject(refused);
        expect(await store.remove('b', { evenLinked: true })).toBe(true);
        expect(await store.idsWithPrefix('', 9)).toEqual(['a', 'c']);
      });
    },
  );

  test('pairing again repairs it', async () => {
    await fill();
    tamper(`UPDATE sessions SET status = 'zzz', push_name = 'x' WHERE id = 'b'`);
    await withStore(async (store) => {
      await pairInStore(store, 'b', identity, { creds: bytes('new'), keys: [] });
      expect(await store.get('b')).toMatchObject({ status: 'disconnected', proxy: 'http://127.0.0.1:1' });
      expect((await store.get('b'))?.damaged).toBeUndefined();
      expect(await store.readCreds('b')).toEqual(bytes('new'));
    });
  });

  test('is listed among the failed ones', async () => {
    await fill();
    tamper(`UPDATE sessions SET status = 'zzz' WHERE id = 'b'`);
    const { sessions } = await withStore((store) => store.list({ ...everything, statuses: ['failed'] }));
    expect(sessions.map(({ id }) => id)).toEqual(['b']);
  });

  test('an id that is not text can be used as it is listed, and removed', async () => {
    await fill();
    tamper(`PRAGMA foreign_keys = OFF; UPDATE sessions SET id = ${notText} WHERE id = 'c'`);
    await withStore(async (store) => {
      const listed = (await store.list(everything)).sessions.find(({ damaged }) => damaged);
      const [id = ''] = await store.idsWithPrefix('n', 9);
      expect(id).toBe(listed?.id);
      expect(await store.get(id)).toMatchObject({ id, damaged: 'delete' });
      expect(await store.remove(id)).toBe(true);
      expect(await store.get(id)).toBeUndefined();
    });
  });

  test('a record of an older schema, without a checksum, is whole', async () => {
    await fill();
    tamper('UPDATE sessions SET checksum = NULL');
    const { sessions } = await withStore((store) => store.list(everything));
    expect(sessions.map(({ damaged }) => damaged)).toEqual([undefined, undefined, undefined]);
  });

  test.each([
    ['credentials', 'UPDATE creds SET value = ' + notText, 'wactl qr b'],
    ['keys', 'UPDATE keys SET value = ' + notText, 'wactl delete b --force'],
  ])('damaged %s are reported for that session', async (_, sql, hint) => {
    await fill();
    tamper(sql);
    await withStore(async (store) => {
      const reading = async () => [await store.readCreds('b'), await store.readKeys('b', 't', ['1'])];
      await expect(reading()).rejects.toMatchObject({
        code: 'store_damaged',
        hint: expect.stringContaining(hint) as string,
      });
      expect((await store.list(everything)).total).toBe(3);
    });
  });
});

describe('a lease that does not count', () => {
  test.each([
    ['status', `'zzz'`],
    ['status', notText],
    ['lease_id', notText],
    ['socket_path', `''`],
    ['socket_path', `'/${'x'.repeat(200)}'`],
    ['socket_path', notText],
    ['holder_pid', `'me'`],
  ])('%s = %s', async (column, value) => {
    await fill();
    await withStore(async ({ leases }) => {
      await leases.acquire(claimOf('a', 'one'));
      await leases.acquire(claimOf('b', 'two'));
      tamper(`UPDATE leases SET ${column} = ${value} WHERE session_id = 'a'`);
      expect((await leases.leases()).map(({ leaseId }) => leaseId)).toEqual(['two']);
      expect(await leases.leaseOf('a')).toBeUndefined();
      expect((await leases.acquire(claimOf('a', 'three'))).leaseId).toBe('three');
    });
  });

  test('is one in a copy of the database', async () => {
    await fill();
    const copy = mkdtempSync(join(parent, 'copy-'));
    await withStore(async ({ leases }) => {
      await leases.acquire(claimOf('a', 'one'));
    });
    for (const name of ['wactl.db', 'wactl.key']) copyFileSync(join(directory, name), join(copy, name));
    await withStore(async ({ leases }) => {
      expect(await leases.leases()).toEqual([]);
      expect((await leases.acquire(claimOf('a', 'two'))).leaseId).toBe('two');
    }, copy);
    expect((await withStore(({ leases }) => leases.leaseOf('a')))?.leaseId).toBe('one');
  });
});

describe('an unreadable webhook event', () => {
  test.each([
    ['event_id', notText],
    ['event_id', `'e0'`],
    ['event', `'nessage'`],
    ['event', notText],
    ['payload', `x'00'`],
    ['payload', notText],
    ['created_at', `'now'`],
    ['expires_at', `'never'`],
    ['attempts', '0.5'],
    ['last_error', notText],
  ])('%s = %s: is set aside, counted and reported once', async (column, value) => {
    await fill();
    await withStore(async (store) => {
      await appendEvents(store, firstBox('a'), url, [eventOf('e1'), eventOf('e2')]);
      tamper(`UPDATE outbox SET ${column} = ${value} WHERE event_id = 'e1'`);
      let told = 0;
      const next = () => store.outbox.next(firstBox('a'), () => (told += 1));
      expect(await next()).toMatchObject({ id: 'e2', body: 'body of e2' });
      expect(await next()).toMatchObject({ id: 'e2' });
      expect(told).toBe(1);
      const { deliveries, pending, receiver } = await store.outbox.list(firstBox('a'), 9);
      expect([deliveries.length, pending, receiver.dropped]).toEqual([2, 1, 1]);
      expect(deliveries[0]).toMatchObject({ state: 'failed', lastError: 'its stored record is damaged' });
    });
  });

  test('an event that is missing from its index is delivered once', async () => {
    await fill();
    await withStore((store) => appendEvents(store, firstBox('a'), url, [eventOf('e1')]));
    emptyIndex('sqlite_autoindex_outbox_1');
    await withStore(async ({ outbox }) => {
      const due = await outbox.next(firstBox('a'));
      await outbox.record(firstBox('a'), due?.id ?? '', { kind: 'delivered', url });
      expect(await outbox.next(firstBox('a'))).toBeUndefined();
    });
  });

  test('an unreadable receiver counts as never tried', async () => {
    await fill();
    await withStore(async (store) => {
      const { outbox } = store;
      await appendEvents(store, firstBox('a'), url, [eventOf('e1')]);
      await outbox.turnOn(firstBox('a'), url);
      tamper(`UPDATE receivers SET failures = ${notText}`);
      expect(await outbox.receiver(firstBox('a'))).toMatchObject({ url: null, failures: 0 });
      expect(await appendEvents(store, firstBox('a'), url, [eventOf('e2')])).toBe(0);
    });
  });
});

describe('the index of sessions', () => {
  test('a session that is missing from it is damaged, not absent, when a process wants to hold it', async () => {
    await fill();
    emptyIndex('sqlite_autoindex_sessions_1');
    await withStore(async (store) => {
      const damaged = { code: 'store_damaged', message: expect.stringContaining('"a"') as string };
      await expect(store.leases.acquire(claimOf('a', 'l1'))).rejects.toMatchObject(damaged);
      await expect(store.leases.acquire(claimOf('z', 'l2'))).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});

describe('the schema', () => {
  test.each([
    ['of a table', `sql = replace(sql, 'retries INTEGER', 'retriez INTEGER')`, 'sessions'],
    ['of another kind', `sql = replace(sql, 'id TEXT', 'id TEXU')`, 'sessions'],
    ['not SQL any more', `sql = replace(sql, 'CREATE', 'CREAT')`, 'keys'],
    ['not even text', `sql = replace(sql, 'TEXT', ${notText})`, 'keys'],
    ['of a column that meta has', `sql = replace(sql, 'value', 'valuf')`, 'meta'],
    ['of an index', `sql = replace(sql, 'created_at', 'updated_at')`, 'sessions_by_creation'],
  ])('%s with a flipped bit is reported as damaged', async (_, change, name) => {
    await fill();
    tamper(`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET ${change} WHERE name = '${name}'`);
    await expect(withStore((store) => store.list(everything))).rejects.toMatchObject({
      code: 'store_damaged',
    });
  });
});
