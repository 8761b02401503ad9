import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFleet } from '../support/fleet.ts';
import type { Fleet } from '../support/fleet.ts';
import { pairedSessions } from '../support/paired-sessions.ts';
import { describeOnPostgres } from '../support/postgres.ts';

const ids = Array.from({ length: 9 }, (_, at) => `shop-${String(at)}`);
const polled = { timeout: 60_000, interval: 50 };

describeOnPostgres('serve on several machines with one PostgreSQL', () => {
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await makeFleet(['one', 'two', 'three', 'four'], (store, { sandbox }) =>
      pairedSessions(store, sandbox, ids),
    );
    // So that nobody waits long for a machine that was killed.
    await fleet.sql(`INSERT INTO wactl.meta VALUES ('lease_term_ms', 6000)`);
  }, 60_000);
  afterEach(() => fleet.end());

  const serve = async (machine: string) => (await fleet.serve(machine)).serve;
  /** How many sessions each of them holds that are online, most first. */
  const spread = async (): Promise<number[]> => {
    const sql = `SELECT count(*)::int AS count FROM wactl.leases
      WHERE status = 'logged_in' GROUP BY server_id ORDER BY 1 DESC`;
    const onlineCount = fleet.place.sandbox.devices.filter(({ online }) => online).length;
    const counts = (await fleet.sql(sql)).map(({ count }) => Number(count));
    return onlineCount === ids.length ? counts : [];
  };

  it('spread the sessions evenly, whoever comes, goes, or is killed, and no device has two connections', async () => {
    const machines = await Promise.all(['one', 'two', 'three'].map(serve));
    await expect.poll(spread, polled).toEqual([3, 3, 3]);
    const listening = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN wactl'`;
    expect(await fleet.sql(listening)).toHaveLength(3);

    machines.push(await serve('four'));
    await expect.poll(spread, polled).toEqual([3, 2, 2, 2]);

    machines[0]?.kill('SIGTERM');
    expect(await machines[0]?.exited).toMatchObject({ status: 143 });
    await expect.poll(spread, polled).toEqual([3, 3, 3]);

    machines[1]?.kill('SIGKILL');
    await expect.poll(spread, polled).toEqual([5, 4]);

    expect(fleet.place.sandbox.devices.map(({ maxConnections }) => maxConnections)).toEqual(ids.map(() => 1));
    for (const machine of machines) machine.kill('SIGTERM');
    const ends = await Promise.all(machines.map(({ exited }) => exited));
    for (const { stdout } of ends) expect(stdout).not.toContain('replaced');
  }, 120_000);
});
