import { expect, it } from 'vitest';
import { runRounds } from '../crash/run-rounds.ts';

const numberOf = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const rounds = numberOf('CRASH_ROUNDS', 24);
const seconds = numberOf('CRASH_SECONDS', 50);

it(
  'whatever is cut short, the phone and the store agree afterwards',
  async () => {
    const endAt = Date.now() + seconds * 1000;
    const run = { seed: numberOf('CRASH_SEED', 1), rounds, lanes: numberOf('CRASH_LANES', 2), endAt };
    const { lines, disagreements } = await runRounds(run);
    process.stdout.write(`${lines.join('\n')}\n`);
    expect(disagreements).toEqual([]);
  },
  seconds * 1000 + 120_000,
);
