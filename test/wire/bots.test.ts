import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { firstBox } from '../../src/domain/box.ts';
import { BotWorld } from '../support/bot-world.ts';
import { closeCode, opened } from '../support/sandbox-baileys.ts';

let world: BotWorld;
beforeEach(async () => {
  world = await BotWorld.make();
});
afterEach(() => world.remove());

const stored = () => world.store(async (store) => store.get('shop'));
const theirs = {
  sessionId: 'shop',
  leaseId: 'theirs',
  pid: 1,
  socketPath: '/run/theirs',
  status: 'logged_in',
} as const;
const takeOver = () =>
  world.store(async ({ leases }) => leases.acquire(theirs, (await leases.leaseOf('shop'))?.leaseId));

describe('a session in a program', () => {
  it('logs stock Baileys in as the device that was paired', async () => {
    const session = await world.hold();
    expect(session).toMatchObject({ id: 'shop', status: 'connecting', proxy: null });
    expect(session.endpoint?.url).toBe(world.sandbox.endpoint);
    const sock = world.watched(session);
    await opened(sock);
    expect(session.state.creds.me?.id).toBe(world.jid);
    expect(world.sandbox.device(world.jid)).toMatchObject({ maxConnections: 1, preKeyUploads: 1 });
    await vi.waitFor(() => expect(session.status).toBe('logged_in'));
    await session.close();
    expect(await stored()).toMatchObject({ status: 'disconnected', paired: true, lastClose: null });
    expect(await world.store(({ leases }) => leases.leases())).toEqual([]);
  });

  it('counts messages, and tells webhooks of them', async () => {
    const webhook = {
      url: 'http://127.0.0.1:9/',
      events: ['message'],
      secret: null,
      viaProxy: false,
    } as const;
    await world.store((store) => store.update('shop', { webhook }));
    const session = await world.hold();
    const sock = world.watched(session);
    await opened(sock);
    const got = new Promise((resolve) => sock.ev.on('messages.upsert', resolve));
    const id = world.sandbox.sendText(world.jid, 'hello');
    await got;
    await world.sandbox.until(() => world.sandbox.device(world.jid)?.undelivered.length === 0);
    await session.close();
    expect(await stored()).toMatchObject({ messageCount: 1 });
    const { deliveries } = await world.store(({ outbox }) => outbox.list(firstBox('shop'), 10));
    expect(deliveries).toHaveLength(1);
    expect(id).not.toBe('');
  });

  it('stores what Baileys changes: another start sees it, and so does the engine', async () => {
    const session = await world.hold();
    const pair = { public: Buffer.alloc(32, 1), private: Buffer.alloc(32, 2) };
    const keyData = Buffer.alloc(32, 3);
    await session.state.keys.set({
      'pre-key': { 9001: pair },
      session: { 'a.0': Buffer.from('s') },
      'app-state-sync-key': { k: { keyData, timestamp: 7 } },
    });
    session.state.creds.nextPreKeyId = 9002;
    await session.saveCreds();
    await session.close();
    const again = await world.hold();
    expect(again.state.creds.nextPreKeyId).toBe(9002);
    expect(await again.state.keys.get('pre-key', ['9001', 'none'])).toEqual({ 9001: pair });
    expect(await again.state.keys.get('session', ['a.0'])).toEqual({ 'a.0': Buffer.from('s') });
    expect(await again.state.keys.get('app-state-sync-key', ['k'])).toEqual({ k: { keyData, timestamp: 7 } });
    await again.state.keys.set({ session: { 'a.0': null } });
    expect(await again.state.keys.get('session', ['a.0'])).toEqual({});
  });

  it('stores a whole keys.set or nothing of it', async () => {
    const session = await world.hold();
    const bad = {
      toJSON: () => {
        throw new Error('half-way');
      },
    };
    const data = { session: { 'a.0': Buffer.from('one'), 'b.0': bad as never } };
    await expect(session.state.keys.set(data)).rejects.toThrow('half-way');
    expect(await session.state.keys.get('session', ['a.0'])).toEqual({});
  });

  it('is unlinked by its phone: credentials go, and the last close tells', async () => {
    const session = await world.hold();
    const sock = world.watched(session);
    await opened(sock);
    const closed = closeCode(sock);
    world.sandbox.unlink(world.jid);
    expect(await closed).toBe(401);
    await session.close();
    expect(await stored()).toMatchObject({
      status: 'logged_out',
      paired: false,
      lastClose: { reason: 'logged_out', code: 401 },
    });
    await expect(world.hold()).rejects.toMatchObject({ code: 'not_paired' });
  });

  it('disposes of itself', async () => {
    {
      await using session = await world.hold();
      expect(session.signal.aborted).toBe(false);
    }
    await expect(world.hold()).resolves.toBeDefined();
  });
});

describe('a program and others', () => {
  it('two get one session: the second is told who has it, or waits', async () => {
    const first = await world.hold();
    await expect(world.hold()).rejects.toMatchObject({
      code: 'in_use',
      message: expect.stringContaining('bot.js (process') as string,
    });
    await expect(world.hold({ wait: 1 })).rejects.toMatchObject({ code: 'in_use' });
    const waiting = world.hold({ wait: true });
    await first.close();
    expect((await waiting).signal.aborted).toBe(false);
  });

  it('waiting ends with its signal', async () => {
    await world.hold();
    await expect(world.hold({ wait: true, signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('after a takeover nothing is stored, the socket ends, and no other can be made', async () => {
    const session = await world.hold();
    const sock = world.watched(session);
    await opened(sock);
    const closed = closeCode(sock);
    const before = await world.store(async (store) => store.readCreds('shop'));
    await takeOver();
    session.state.creds.nextPreKeyId = 99_999;
    await expect(session.saveCreds()).rejects.toMatchObject({ code: 'not_held' });
    expect(session.signal.aborted).toBe(true);
    expect(world.warnings).toEqual([expect.stringContaining('shop: another process has the session')]);
    expect(await closed).toBe(440);
    expect(() => session.state.creds).toThrow('no longer holds shop');
    await expect(async () => session.state.keys.set({ session: {} })).rejects.toThrow('no longer holds');
    expect(() => world.socket(session)).toThrow('no longer holds shop');
    await session.close();
    expect(await world.store(async (store) => store.readCreds('shop'))).toEqual(before);
    expect(await world.store(({ leases }) => leases.leaseOf('shop'))).toMatchObject(theirs);
  });

  it('a closed session gives no credentials', async () => {
    const session = await world.hold();
    await session.close();
    expect(() => session.state.creds).toThrow('has let it go');
    await expect(session.saveCreds()).rejects.toMatchObject({ code: 'not_held' });
    expect(session.signal.aborted).toBe(true);
  });
});

describe('a session that cannot be used', () => {
  it.each([
    ['absent', 'not_found', 'nobody', () => Promise.resolve()],
    ['no id', 'not_found', '../shop', () => Promise.resolve()],
    [
      'never paired',
      'not_paired',
      'new',
      () =>
        world.store((store) =>
          store.create({ id: 'new', name: null, webhook: null, proxy: null, endpoint: null }),
        ),
    ],
    ['logged out', 'not_paired', 'shop', () => world.store((store) => store.erase('shop', 'logged_out'))],
    [
      'damaged',
      'store_damaged',
      'shop',
      () => world.store((store) => store.write('shop', { creds: Buffer.from('{"noiseKey":') })),
    ],
    [
      'moved away',
      'fenced',
      'shop',
      () => world.store((store) => store.update('shop', { fence: { reason: 'moved', at: new Date() } })),
    ],
    [
      'of a wrong key',
      'wrong_key',
      'shop',
      () => writeFile(join(world.directory, 'wactl.key'), Buffer.alloc(32, 9)),
    ],
    ['without a key', 'missing_key', 'shop', () => rm(join(world.directory, 'wactl.key'))],
  ] as const)('%s: %s', async (_, code, id, spoil) => {
    await spoil();
    await expect(world.hold({}, id)).rejects.toMatchObject({ code, hint: expect.any(String) as string });
    // Nothing was made, and the session is free.
    expect(await world.store(({ leases }) => leases.leases())).toEqual([]);
  });

  it('in a database that another process keeps locked: store_locked', async () => {
    const other = new Database(join(world.directory, 'wactl.db'));
    other.exec('BEGIN EXCLUSIVE');
    await expect(world.hold()).rejects.toMatchObject({
      code: 'store_locked',
      hint: expect.any(String) as string,
    });
    other.exec('ROLLBACK');
    other.close();
    await expect(world.hold()).resolves.toMatchObject({ id: 'shop' });
  });

  it('in a database that is damaged: store_damaged', async () => {
    await writeFile(join(world.directory, 'wactl.db'), 'rubbish'.repeat(1_000));
    await expect(world.hold()).rejects.toMatchObject({
      code: 'store_damaged',
      hint: expect.any(String) as string,
    });
  });

  it('in a directory that others may write to: store_unsafe', async () => {
    await chmod(world.directory, 0o777);
    await expect(world.hold()).rejects.toMatchObject({
      code: 'store_unsafe',
      hint: expect.any(String) as string,
    });
    await chmod(world.directory, 0o700);
  });
});
