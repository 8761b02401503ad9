import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstBox } from '../../src/domain/box.ts';
import { LeaseLostError } from '../../src/errors.ts';
import type { WactlError } from '../../src/errors.ts';
import { systemClock } from '../../src/compose/system-clock.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import type { PostgresOptions } from '../../src/store/postgres/open-postgres.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { describeOnPostgres, newDatabase, thisProcess } from '../support/postgres.ts';
import { password } from '../support/postgres-server.ts';
import { bytes, draftOf, identity } from '../support/store-drafts.ts';
import { claimOf } from './leases.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-pg-keys-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
/** A machine whose own key file is made when it is needed. */
const newKeys = () => ownFileKeys(mkdtempSync(join(parent, 'host-')));

describeOnPostgres('a database', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  const opened: PostgresStore[] = [];
  const keys = newKeys();
  const open = async (host = 'one', options: Partial<PostgresOptions> = {}) => {
    const store = await openPostgres({
      address: database.address,
      keys,
      clock: systemClock,
      host: { id: host, name: `machine ${host}` },
      process: thisProcess,
      patienceMs: 0,
      ...options,
    });
    opened.push(store);
    return store;
  };

  beforeEach(async () => {
    database = await newDatabase();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await database.end();
  });

  test('machines that open an empty one at once make one schema', async () => {
    const stores = await Promise.all(['one', 'two', 'three', 'four'].map((host) => open(host)));
    await stores[0]?.create(draftOf('a'));
    for (const store of stores) expect(await store.get('a')).toMatchObject({ id: 'a' });
    expect(await database.sql('SELECT value FROM wactl.meta')).toEqual([{ value: '2' }]);
  });

  test('one that a newer wactl made is refused, and left as it is', async () => {
    await open();
    await database.sql('UPDATE wactl.meta SET value = 99');
    await expect(open()).rejects.toMatchObject({
      code: 'store_locked',
      message: expect.stringContaining('a newer wactl made it (schema 99; this version knows 2)') as string,
    });
    expect(await database.sql('SELECT value FROM wactl.meta')).toEqual([{ value: '99' }]);
  });

  test('opened as it is, an empty one and one that an older wactl made are refused, and left so', async () => {
    const asItIs = { asItIs: true };
    await expect(open('one', asItIs)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^there are no sessions in the database/) as string,
    });
    expect(await database.sql(`SELECT 1 FROM pg_namespace WHERE nspname = 'wactl'`)).toEqual([]);
    await open();
    await open('one', asItIs);
    await database.sql('UPDATE wactl.meta SET value = 1; DROP TABLE wactl.hosts');
    await expect(open('one', asItIs)).rejects.toMatchObject({
      code: 'store_locked',
      message: expect.stringContaining('an older wactl made it (schema 1; this version knows 2)') as string,
    });
    expect(await database.sql('SELECT value FROM wactl.meta')).toEqual([{ value: '1' }]);
  });

  test('one that is away for a moment is waited for', async () => {
    const address = new URL(database.overTcp(password));
    const behind = { host: address.hostname, port: Number(address.port) };
    let cut = 0;
    const server = createServer((client) => {
      if (cut === 0) {
        cut += 1;
        client.destroy();
        return;
      }
      const line = createConnection(behind);
      client.pipe(line).pipe(client);
      for (const [one, other] of [
        [client, line],
        [line, client],
      ] as const)
        one.on('error', () => undefined).on('close', () => other.destroy());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    address.port = String((server.address() as AddressInfo).port);
    try {
      await expect(open('one', { address: address.href })).rejects.toMatchObject({ code: 'unreachable' });
      expect(cut).toBe(1);
      cut = 0;
      await open('one', { address: address.href, patienceMs: 30_000 });
      expect(cut).toBe(1);
    } finally {
      server.close();
    }
  });

  test('secrets are sealed in it, and open on another machine with the same key', async () => {
    const [one, two] = [await open('one'), await open('two')];
    await one.create(draftOf('a', { proxy: 'http://user:secret@127.0.0.1:1' }));
    await pairInStore(one, 'a', identity, {
      creds: bytes('the secret creds'),
      keys: [{ type: 't', id: '1', value: bytes('the secret key') }],
    });
    const stored = await database.sql(
      `SELECT proxy AS value FROM wactl.sessions UNION ALL SELECT value FROM wactl.creds UNION ALL SELECT value FROM wactl.keys`,
    );
    expect(stored).toHaveLength(3);
    for (const { value } of stored) expect((value as Buffer).toString('latin1')).not.toContain('secret');
    expect(await two.readWhole('a')).toEqual(await one.readWhole('a'));
  });

  test('on a machine with another key nothing secret is read or written', async () => {
    const [one, two] = [await open('one'), await open('two', { keys: newKeys() })];
    await one.create(draftOf('a'));
    await pairInStore(one, 'a', identity);
    const missing = { code: 'missing_key' };
    await expect(two.unlock()).rejects.toMatchObject(missing);
    await expect(two.readCreds('a')).rejects.toMatchObject(missing);
    await expect(two.write('a', { creds: bytes('other') })).rejects.toMatchObject(missing);
    await expect(two.create(draftOf('b', { proxy: 'http://127.0.0.1:1' }))).rejects.toMatchObject(missing);
    expect(await two.get('b')).toBeUndefined();
    const other = newKeys();
    other.fresh();
    const three = await open('three', { keys: other });
    await expect(three.unlock()).rejects.toMatchObject({ code: 'wrong_key' });
    await expect(three.write('a', { creds: bytes('other') })).rejects.toMatchObject({ code: 'wrong_key' });
    expect(await one.readCreds('a')).toEqual(bytes('creds'));
  });

  test('of machines that store the first secret at once, the key of one counts', async () => {
    const [one, two] = [await open('one', { keys: newKeys() }), await open('two', { keys: newKeys() })];
    await Promise.all([one.create(draftOf('a')), one.create(draftOf('b'))]);
    const made = await Promise.allSettled([
      one.commitPairing('a', { creds: bytes('a'), keys: [] }),
      two.commitPairing('b', { creds: bytes('b'), keys: [] }),
    ]);
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = made.find((one) => one.status === 'rejected');
    expect(['missing_key', 'wrong_key']).toContain((refused?.reason as WactlError).code);
  });

  describe('refuses in words', () => {
    const refused = async (address: string) => {
      const error = await open('one', { address }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(String((error as Error).message)).not.toContain('hunter2');
      return error;
    };

    test('a wrong password, which is not repeated', async () => {
      expect(await refused(database.overTcp('hunter2'))).toMatchObject({
        code: 'store_locked',
        message: expect.stringContaining('it refuses the user "postgres" or the password') as string,
      });
      await open('one', { address: database.overTcp(password) });
    });

    test('a database that is not there', async () => {
      expect(await refused(database.address.replace(/\/t_\w+/, '/nobody'))).toMatchObject({
        code: 'store_locked',
        message: expect.stringContaining('there is no such database') as string,
      });
    });

    test('a server that does not answer', async () => {
      expect(await refused('postgres://user:hunter2@127.0.0.1:1/x')).toMatchObject({
        code: 'unreachable',
        message: 'the database "x" at 127.0.0.1:1 does not answer',
      });
    });

    test('a server without TLS, where TLS is asked for', async () => {
      expect(await refused(`${database.overTcp(password)}?sslmode=require`)).toMatchObject({
        code: 'store_locked',
        message: expect.stringContaining('it does not speak TLS') as string,
      });
    });
  });

  test('the mark of events is of one machine, and is gone once a session changes', async () => {
    const [one, two] = [await open('one'), await open('two')];
    await one.create(draftOf('a'));
    await one.eventMark.put('e7');
    expect([await two.eventMark.take(), await one.eventMark.take(), await one.eventMark.take()]).toEqual([
      undefined,
      'e7',
      undefined,
    ]);
    await one.eventMark.put('e8');
    await two.update('a', { name: 'changed' });
    expect(await one.eventMark.take()).toBeUndefined();
  });

  test('a claim on deliveries stands, and ends, for machines whose clocks are a day off', async () => {
    const off = (ms: number) => ({ ...systemClock, now: () => new Date(Date.now() + ms) });
    const dayMs = 86_400_000;
    const [ahead, behind] = [
      await open('ahead', { clock: off(dayMs) }),
      await open('behind', { clock: off(-dayMs) }),
    ];
    await ahead.create(draftOf('a'));
    for (const [one, other] of [
      [ahead, behind],
      [behind, ahead],
    ] as const) {
      expect(await one.claims.claim(firstBox('a'), 'one', 60_000, undefined)).toBe('new');
      expect(await other.claims.isClaimed(firstBox('a'), 'other')).toBe(true);
      expect(await other.claims.claim(firstBox('a'), 'other', 60_000, undefined)).toBeUndefined();
      await database.sql('UPDATE wactl.delivery_claims SET until = until - 60000');
      expect(await other.claims.isClaimed(firstBox('a'), 'other')).toBe(false);
      expect(await other.claims.claim(firstBox('a'), 'other', 60_000, undefined)).toBe('new');
      await other.claims.release(firstBox('a'), 'other');
    }
  });

  describe('a lease', () => {
    let one: PostgresStore;
    let two: PostgresStore;
    const past = (seconds: number) =>
      database.sql(
        `UPDATE wactl.leases SET expires_at = clock_timestamp() - interval '${String(seconds)} seconds'`,
      );

    beforeEach(async () => {
      [one, two] = [await open('one'), await open('two')];
      await one.create(draftOf('a'));
      await pairInStore(one, 'a', identity);
      await one.leases.acquire(claimOf('a', 'first'));
    });

    test('is shown on another machine with the name of its own', async () => {
      expect(await one.leases.leaseOf('a')).not.toHaveProperty('host');
      expect(await two.leases.leaseOf('a')).toMatchObject({ leaseId: 'first', host: 'machine one' });
    });

    test('says which serve has it', async () => {
      await one.hosts.announce({ url: null, sessions: 1, isDraining: false });
      const [host] = await two.hosts.hosts();
      expect((await two.leases.leaseOf('a'))?.serverId).toBe(host?.serverId);
    });

    test('is not replaced by another machine, which cannot know that it is dead', async () => {
      expect(await two.leases.acquire(claimOf('a', 'second'), 'first')).toMatchObject({ leaseId: 'first' });
      expect(await two.remove('a', { evenLinked: true, deadLease: 'first' })).toBe(false);
    });

    test('holds no longer once its time is up, and is taken after a grace', async () => {
      const held = one.under('first');
      await held.write('a', { creds: bytes('in time') });
      await past(0);
      await expect(held.write('a', { creds: bytes('late') })).rejects.toThrow(LeaseLostError);
      await expect(held.update('a', { retries: 1 })).rejects.toThrow(LeaseLostError);
      expect(await two.leases.acquire(claimOf('a', 'second'))).toMatchObject({ leaseId: 'first' });
      await past(6);
      expect(await two.leases.leaseOf('a')).toBeUndefined();
      expect(await two.leases.acquire(claimOf('a', 'second'))).toMatchObject({ leaseId: 'second' });
      await two.under('second').write('a', { creds: bytes('new') });
      await expect(held.write('a', { creds: bytes('late') })).rejects.toThrow(LeaseLostError);
      expect(await two.readCreds('a')).toEqual(bytes('new'));
      const [row] = await database.sql('SELECT epoch FROM wactl.leases');
      expect(Number(row?.['epoch'])).toBeGreaterThan(1);
    });

    test('lasts as long as the database says', async () => {
      await database.sql(`INSERT INTO wactl.meta VALUES ('lease_term_ms', 3600000)`);
      const three = await open('three');
      await three.create(draftOf('b'));
      await three.leases.acquire(claimOf('b', 'second'));
      const isLong = `SELECT session_id, expires_at > clock_timestamp() + interval '30 minutes' AS long
        FROM wactl.leases ORDER BY session_id`;
      expect(await database.sql(isLong)).toEqual([
        { session_id: 'a', long: false },
        { session_id: 'b', long: true },
      ]);
    });

    test('released, it is taken at once', async () => {
      await one.leases.release('first');
      expect(await two.leases.acquire(claimOf('a', 'second'))).toMatchObject({ leaseId: 'second' });
    });
  });
});
