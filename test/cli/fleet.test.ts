import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDoorway } from '../support/doorway.ts';
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

  it('reach the session at the machine that holds it, until that is gone', async () => {
    const [door, token] = [await openDoorway(), 'a-token-for-the-tests'];
    const env = (machine: string, advertised = '') => ({
      WACTL_STORE: database.address,
      WACTL_CONFIG_DIR: join(place.home, machine),
      WACTL_TOKEN: token,
      WACTL_ADVERTISE: advertised,
    });
    const creating = place.start(['create', 'shop', '--json'], { env: env('one') });
    place.sandbox.scan(await creating.qr());
    expect(await creating.exited).toMatchObject({ status: 0 });
    await copyFile(join(place.home, 'one', 'wactl.key'), join(place.home, 'two', 'wactl.key'));
    const serve = (machine: string, advertised?: string) =>
      place.start(['serve', '--listen', '0', '--json'], { env: env(machine, advertised) });
    const urlOf = async (running: ReturnType<typeof serve>): Promise<string> =>
      String((await running.event(({ event }) => event === 'ready'))['url']);

    const first = serve('one', door.url);
    door.leadTo(await urlOf(first));
    const headers = { authorization: `Bearer ${token}` };
    const connected = await fetch(`${door.url}/api/v1/sessions/shop/connect`, { method: 'POST', headers });
    expect(await connected.json()).toMatchObject({ status: 'logged_in' });
    const second = serve('two');
    const other = await urlOf(second);

    // A command, and requests to the other server.
    expect(await on('two', 'status', 'shop')).toMatchObject({ status: 0 });
    const there = (...args: string[]) => place.run([...args, '--server', other], { env: env('two') });
    const [shown] = jsonLines((await there('show', 'shop', '--json')).stdout);
    expect(shown).toMatchObject({
      status: 'logged_in',
      holder: { pid: expect.any(Number) as number, host: expect.stringMatching(/./) as string },
    });
    expect((await there('show', 'shop')).stdout).toMatch(/^held by\s+process \d+ on \S+, since/m);
    expect(jsonLines((await there('list', '--json')).stdout)[0]).toMatchObject({
      sessions: [{ id: 'shop', host: expect.stringMatching(/./) as string }],
    });
    const hosts = [
      { state: 'serving', sessions: 1, url: door.url },
      { state: 'serving', url: null, is_this: true },
    ];
    const [listed] = jsonLines((await there('hosts', '--json')).stdout);
    expect(listed?.['hosts']).toEqual(
      expect.arrayContaining(hosts.map((one) => expect.objectContaining(one) as unknown)),
    );
    expect((await on('two', 'hosts')).stdout).toMatch(/^\S+\tserving\t1\t.*\thttp:\/\/127/m);
    expect(await there('restart', 'shop')).toMatchObject({ status: 0 });
    const asked = await fetch(`${door.url}/fleet/api/v1/holder`, { headers });
    expect([asked.status, await asked.json()]).toMatchObject([401, { error: { code: 'unauthorized' } }]);

    first.kill('SIGKILL');
    await first.exited;
    const gone = await there('status', 'shop');
    expect([gone.status, gone.stderr]).toEqual([
      6,
      expect.stringMatching(
        /^wactl: error: shop is held on the machine \S+, which could not be asked at http/,
      ),
    ]);
    await door.close();
  }, 120_000);

  it('find an empty database as it is, and leave it so', async () => {
    const tables = () => database.sql(`SELECT 1 FROM pg_namespace WHERE nspname = 'wactl'`);
    await on('one', 'doctor', '--offline');
    expect(await tables()).toEqual([]);
    const copy = await place.run(['store', 'copy', database.address, join(place.home, 'new')]);
    expect([copy.status, copy.stderr]).toEqual([
      2,
      expect.stringMatching(/^wactl: error: there are no sessions in the database "t_\w+"/) as string,
    ]);
    expect(await tables()).toEqual([]);
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
