import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runDamage } from '../damage/run-damage.ts';

/** The long form, with the built program too: npm run damage. */
test(
  'a damaged store answers correctly or with exit 11, within a time limit',
  { timeout: 180_000 },
  async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const report = await runDamage({
      seed: 7,
      root,
      flipsAPage: 1,
      everyFieldByte: 500,
      stride: 16_384,
      journalFlips: 8,
      everyPage: 12,
    });
    expect(report.findings).toEqual([]);
    expect(report.positions).toBeGreaterThan(40);
  },
);
