import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/compose/system-clock.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import { Place } from '../support/cli-place.ts';
import type { Running } from '../support/cli-running.ts';
import { pairedSessions } from '../support/paired-sessions.ts';
import { describeOnPostgres, newDatabase, thisProcess } from '../support/postgres.ts';

const ids = Array.from({ length: 9 }, (_, at) => `shop-${String(at)}`);
const polled = { timeout: 60_000, interval: 50 };

describeOnPostgres('serve on several machines with one PostgreSQL', () => {
  let place: Place;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let keyFile: string;

  beforeEach(async () => {
    [place, database] = [await Place.make(), await newDatabase()];
    const directory = join(place.home, 'keys');
    await mkdir(directory, { mode: 0o700 });
    keyFile = join(directory, 'wactl.key');
    const store = await openPostgres({
      address: database.address,
      clock: systemClock,
      keys: ownFileKeys(directory),
      host: { id: 'tests', name: 'tests' },
      process: thisProcess,
    });
    await pairedSessions(store, place.sandbox, ids);
    await store.close();
    // So that nobody waits long for a machine that was killed.
    await database.sql(`INSERT INTO wactl.meta VALUES ('lease_term_ms', 6000)`);
  });
  afterEach(async () => {
    await place.remove();
    await database.end();
  });

  /** Machines are told apart by their config directories too. */
  const serve = async (machine: string): Promise<Running> => {
    const directory = join(place.home, machine);
    await mkdir(directory, { mode: 0o700 });
    const env = {
      WACTL_STORE: database.address,
      WACTL_CONFIG_DIR: directory,
      WACTL_KEY_FILE: keyFile,
      WACTL_TOKEN: 'a-token-for-the-tests',
    };
    const running = place.start(['serve', '--json', '--listen', '0'], { env });
    await running.event(({ event }) => event === 'ready');
    return running;
  };
  /** How many sessions each of them holds that are online, most first. */
  const spread = async (): Promise<number[]> => {
    const sql = `SELECT count(*)::int AS count FROM wactl.leases
      WHERE status = 'logged_in' GROUP BY server_id ORDER BY 1 DESC`;
    const onlineCount = place.sandbox.devices.filter(({ online }) => online).length;
    const counts = (await database.sql(sql)).map(({ count }) => Number(count));
    return onlineCount === ids.length ? counts : [];
  };

  it('spread the sessions evenly, whoever comes, goes, or is killed, and no device has two connections', async () => {
    const machines = await Promise.all(['one', 'two', 'three'].map(serve));
    await expect.poll(spread, polled).toEqual([3, 3, 3]);
    const listening = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN wactl'`;
    expect(await database.sql(listening)).toHaveLength(3);

    machines.push(await serve('four'));
    await expect.poll(spread, polled).toEqual([3, 2, 2, 2]);

    machines[0]?.kill('SIGTERM');
    expect(await machines[0]?.exited).toMatchObject({ status: 143 });
    await expect.poll(spread, polled).toEqual([3, 3, 3]);

    machines[1]?.kill('SIGKILL');
    await expect.poll(spread, polled).toEqual([5, 4]);

    expect(place.sandbox.devices.map(({ maxConnections }) => maxConnections)).toEqual(ids.map(() => 1));
    for (const machine of machines) machine.kill('SIGTERM');
    const ends = await Promise.all(machines.map(({ exited }) => exited));
    for (const { stdout } of ends) expect(stdout).not.toContain('replaced');
  }, 120_000);
});
