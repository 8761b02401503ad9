import { expect, it } from 'vitest';
import { badDays } from '../crash/fleet/bad-days.ts';
import { whyNoFullDisk } from '../crash/fleet/full-disk-days.ts';
import { runFleet } from '../crash/fleet/rounds.ts';
import { describeOnPostgres } from '../support/postgres.ts';

/** By hand only: a round takes from seconds to a minute. The tests of a fleet kill and stop machines, too. */
const rounds = Number(process.env['FLEET_ROUNDS'] ?? 0);
const seconds = Number(process.env['CRASH_SECONDS'] ?? 60);

describeOnPostgres('a fleet', () => {
  it.skipIf(rounds === 0)(
    'keeps what it promises on bad days',
    async () => {
      if (whyNoFullDisk !== undefined) process.stdout.write(`no day of a full disk: ${whyNoFullDisk}\n`);
      const { disagreements, times, summary } = await runFleet({
        seed: Number(process.env['CRASH_SEED'] ?? 1),
        rounds,
        days: badDays.filter(({ name }) => name.includes(process.env['FLEET_DAY'] ?? '')),
        endAt: Date.now() + seconds * 1000,
        say: (line) => void process.stdout.write(`${line}\n`),
      });
      process.stdout.write(`${times}\n${summary}\n`);
      expect(disagreements).toEqual([]);
    },
    seconds * 1000 + 300_000,
  );
});
