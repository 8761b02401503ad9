import { expect, test } from 'vitest';
import { runStoreKills } from '../crash/store-kills.ts';

const numberOf = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const seconds = numberOf('CRASH_SECONDS', 15);

/** The long form: npm run crash -- store. */
test(
  'whatever a process is killed in, every acknowledged write is there, and a moved session is in one place',
  async () => {
    const { line, lost } = await runStoreKills({
      seed: numberOf('CRASH_SEED', 1),
      kills: numberOf('STORE_KILLS', 20),
      endAt: Date.now() + seconds * 1000,
    });
    process.stdout.write(`${[...lost, line].join('\n')}\n`);
    expect(lost).toEqual([]);
  },
  seconds * 1000 + 120_000,
);
