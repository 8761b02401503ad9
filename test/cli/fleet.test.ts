import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import { describeOnPostgres, newDatabase } from '../support/postgres.ts';

describeOnPostgres('two machines on one PostgreSQL', () => {
  let place: Place;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  /** Machines are told apart by their config directories too. */
  const on = (machine: string, ...args: readonly string[]) =>
    place.run(args, {
      env: { WACTL_STORE: database.address, WACTL_CONFIG_DIR: join(place.home, machine) },
    });

  beforeEach(async () => {
    [place, database] = [await Place.make(), await newDatabase()];
    for (const machine of ['one', 'two']) await mkdir(join(place.home, machine), { mode: 0o700 });
  });
  afterEach(async () => {
    await on('one', 'disconnect', '--all');
    await database.end();
    await place.remove();
  });

  it('share a session, which one of them holds, until it lets go', async () => {
    const env = { WACTL_STORE: database.address, WACTL_CONFIG_DIR: join(place.home, 'one') };
    const creating = place.start(['create', 'shop', '--json'], { env });
    place.sandbox.scan(await creating.qr());
    expect(await creating.exited).toMatchObject({ status: 0 });
    expect((await on('two', 'list')).stdout).toMatch(/^shop\t\tdisconnected\t/);
    const other = await on('two', 'status', 'shop', '--json');
    expect([other.status, jsonLines(other.stdout)[0]?.['error']]).toMatchObject([
      11,
      { code: 'missing_key' },
    ]);

    await copyFile(join(place.home, 'one', 'wactl.key'), join(place.home, 'two', 'wactl.key'));
    expect(await on('one', 'connect', 'shop', '--detach')).toMatchObject({ status: 0 });
    const refused = await on('two', 'status', 'shop', '--json');
    expect([refused.status, jsonLines(refused.stdout)[0]?.['error']]).toMatchObject([
      6,
      { code: 'in_use', message: expect.stringMatching(/^shop is held on the machine \S+$/) as string },
    ]);
    const [listed] = jsonLines((await on('two', 'list', '--json')).stdout);
    expect(listed).toMatchObject({ sessions: [{ id: 'shop', status: 'logged_in', is_logged_in: true }] });

    expect(await on('one', 'disconnect', 'shop')).toMatchObject({ status: 0 });
    expect(await on('two', 'status', 'shop')).toMatchObject({ status: 0 });
  });

  it('show the password of the database nowhere', async () => {
    const env = { WACTL_STORE: database.overTcp('hunter2') };
    for (const args of [['list'], ['list', '--json'], ['config', 'list'], ['doctor', '--offline']]) {
      const { stdout, stderr } = await place.run(args, { env });
      expect(stdout + stderr).not.toContain('hunter2');
      expect(stdout + stderr).not.toBe('');
    }
  });
});
