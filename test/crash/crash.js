// `npm run crash [-- ROUNDS [SEED]]`: cuts processes short at every step, by kills, signals and deletes, and compares the phone
// of a sandbox with the store afterwards. Bounded by CRASH_SECONDS (600); CRASH_LANES (2) rounds at the same time.
import { spawnSync } from 'node:child_process';

const [rounds = '300', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const vitest = [
  'vitest',
  'run',
  '--project',
  'cli',
  '-c',
  '.config/vitest.config.ts',
  'test/cli/crash.test.ts',
];
const env = { CRASH_SECONDS: '600', ...process.env, CRASH_ROUNDS: rounds, CRASH_SEED: seed };
process.exitCode = spawnSync('npx', vitest, { stdio: 'inherit', env }).status ?? 1;
