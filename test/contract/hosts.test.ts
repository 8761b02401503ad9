import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { systemClock } from '../../src/compose/system-clock.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { memoryHosts } from '../support/memory-hosts.ts';
import { describeOnPostgres, newDatabase, thisProcess } from '../support/postgres.ts';
import { hostsContract } from './hosts.ts';

hostsContract('memory', () => {
  const clock = new FakeClock();
  const { of } = memoryHosts(() => clock.now());
  let count = 0;
  return Promise.resolve({
    start: (name) =>
      Promise.resolve(of({ serverId: `server-${String((count += 1))}`, name, ...thisProcess })),
    later: (ms) => clock.advance(ms),
    end: () => Promise.resolve(),
  });
});

describeOnPostgres('the hosts', () => {
  const directory = mkdtempSync(join(tmpdir(), 'wactl-hosts-'));
  let database: ReturnType<typeof newDatabase> | undefined;
  afterAll(async () => {
    await (await database)?.end();
    rmSync(directory, { recursive: true, force: true });
  });

  hostsContract('PostgreSQL', async () => {
    const { address, sql } = await (database ??= newDatabase());
    const opened: PostgresStore[] = [];
    return {
      async start(name) {
        const [keys, host] = [ownFileKeys(directory), { id: name, name }];
        // That of the machine is wrong, and matters to none of this.
        const clock = { ...systemClock, now: () => new Date(0) };
        const store = await openPostgres({ address, clock, keys, host, process: thisProcess });
        opened.push(store);
        return store.hosts;
      },
      async later(ms) {
        const passed = `interval '${String(ms)} milliseconds'`;
        await sql(
          `UPDATE wactl.hosts SET started_at = started_at - ${passed}, seen_at = seen_at - ${passed}`,
        );
      },
      async end() {
        await Promise.all(opened.map((store) => store.close()));
        await sql('DELETE FROM wactl.hosts');
      },
    };
  });
});
