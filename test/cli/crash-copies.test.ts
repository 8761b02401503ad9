import { expect, it } from 'vitest';
import { killCopies } from '../crash/copy-kills.ts';
import { password } from '../support/postgres-server.ts';
import { describeOnPostgres, newDatabase } from '../support/postgres.ts';

/** By hand only: test/cli/store-copy.test.ts kills some, too. */
const kills = Number(process.env['COPY_KILLS'] ?? 0);

describeOnPostgres('store copy into a PostgreSQL, and out of it', () => {
  it.skipIf(kills === 0)(
    'loses nothing when it is killed, and can be done again',
    async () => {
      const seed = Number(process.env['CRASH_SEED'] ?? 1);
      const { overTcp, sql, end } = await newDatabase();
      try {
        const { wrong, ...counts } = await killCopies(seed, kills, { address: overTcp(password), sql });
        const { late, frozen, givenUp, logins } = counts;
        process.stdout.write(
          `crash: seed ${String(seed)}, kills of store copy ${String(counts.kills)}, ${String(late)} too late, ` +
            `${String(frozen)} left both frozen (${String(givenUp)} given up), logins ${String(logins)}, wrong ${String(wrong.length)}\n`,
        );
        expect(wrong).toEqual([]);
      } finally {
        await end();
      }
    },
    60_000 + kills * 30_000,
  );
});
