import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BotWorld } from '../support/bot-world.ts';
import { describeOnPostgres, newDatabase } from '../support/postgres.ts';
import { closeCode, opened } from '../support/sandbox-baileys.ts';

describeOnPostgres('programs on one PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let world: BotWorld;
  /** The config directory of another machine: machines are told apart by them too. */
  let another: string;

  beforeEach(async () => {
    database = await newDatabase();
    world = await BotWorld.make(database.address);
    another = await mkdtemp(join(tmpdir(), 'wactl-another-'));
    await copyFile(join(world.directory, 'wactl.key'), join(another, 'wactl.key'));
  });
  afterEach(async () => {
    await world.remove();
    await rm(another, { recursive: true });
    await database.end();
  });

  it('use its session, and one of another machine is told where it is, or waits', async () => {
    const session = await world.hold();
    await opened(world.watched(session));
    await expect(world.hold({ configDir: another })).rejects.toMatchObject({
      code: 'in_use',
      message: expect.stringMatching(/^shop is held on the machine \S+$/) as string,
    });
    const waiting = world.hold({ configDir: another, wait: true });
    await session.close();
    const next = await waiting;
    await opened(world.watched(next));
    expect(world.sandbox.device(world.jid)).toMatchObject({ maxConnections: 1, preKeyUploads: 1 });
  });

  it('after a takeover nothing is stored, and the socket ends', async () => {
    const session = await world.hold();
    const sock = world.watched(session);
    await opened(sock);
    const closed = closeCode(sock);
    await database.sql(`UPDATE wactl.leases SET lease_id = 'theirs', host_id = 'theirs'`);
    session.state.creds.nextPreKeyId = 99_999;
    await expect(session.saveCreds()).rejects.toMatchObject({ code: 'not_held' });
    expect(session.signal.aborted).toBe(true);
    expect(world.warnings).toEqual([expect.stringContaining('shop: another process has the session')]);
    expect(await closed).toBe(440);
    await session.close();
    expect(await database.sql('SELECT lease_id FROM wactl.leases')).toEqual([{ lease_id: 'theirs' }]);
  });

  it('are told what is wrong with the key', async () => {
    await rm(join(another, 'wactl.key'));
    await expect(world.hold({ configDir: another })).rejects.toMatchObject({
      code: 'missing_key',
      hint: expect.any(String) as string,
    });
  });
});
