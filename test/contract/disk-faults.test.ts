import { describe, expect, test } from 'vitest';
import { faults, runDiskFaults, whyNot } from '../crash/disk-faults.ts';

const rounds = Number(process.env['DISK_ROUNDS'] ?? 3);
const seed = Number(process.env['CRASH_SEED'] ?? 11);

describe('the disk under a store: nothing acknowledged is lost, and it works again afterwards', () => {
  test.each(faults)(
    '%s',
    async (fault) => {
      const reason = whyNot(fault);
      if (reason !== undefined) {
        process.stdout.write(`${fault}: not tried: ${reason}\n`);
        return;
      }
      const { line, wrong } = await runDiskFaults(fault, rounds, seed);
      process.stdout.write(`${[...wrong, line].join('\n')}\n`);
      expect(wrong).toEqual([]);
    },
    600_000,
  );
});
