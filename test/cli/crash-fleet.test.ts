import { expect, it } from 'vitest';
import { badDays } from '../crash/fleet/bad-days.ts';
import { runFleet } from '../crash/fleet/rounds.ts';
import { describeOnPostgres } from '../support/postgres.ts';

const numberOf = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const given = process.env['FLEET_ROUNDS'];
const rounds = Number(given);
const seconds = numberOf('CRASH_SECONDS', 60);

describeOnPostgres('a fleet', () => {
  it(
    'keeps what it promises on bad days',
    async () => {
      const named = badDays.filter(({ name }) => name.includes(process.env['FLEET_DAY'] ?? ''));
      const { disagreements, summary } = await runFleet({
        seed: numberOf('CRASH_SEED', 1),
        rounds,
        days: given === undefined ? named.filter(({ isQuick }) => isQuick) : named,
        endAt: Date.now() + seconds * 1000,
        say: (line) => void (given === undefined || process.stdout.write(`${line}\n`)),
      });
      process.stdout.write(`${summary}\n`);
      expect(disagreements).toEqual([]);
    },
    seconds * 1000 + 300_000,
  );
});
