// `npm run crash [-- ROUNDS [SEED]]`: cuts processes short at every step, by kills, signals and deletes, and compares the phone
// of a sandbox with the store afterwards. CRASH_LANES (2) rounds at the same time.
// `npm run crash -- store [KILLS [SEED]]`: kills processes at random moments of transactions, migrations, rescues, rotations, imports,
// backups and moves.
// `npm run crash -- disk [ROUNDS [SEED]]`: full and read-only disks, a file size limit, I/O errors.
// `npm run crash -- messages [KILLS [SEED]]`: kills `serve` while messages arrive.
// `npm run crash -- moves [KILLS [SEED]]`: kills `export --move`, `import` and `store copy`, and logs in afterwards.
// `npm run crash -- copies [KILLS [SEED]]`: kills `store copy` into a PostgreSQL and out of it, and logs in afterwards.
// `npm run crash -- bots [KILLS [SEED]]`: kills a bot on `wactl/baileys`, and lets one race `wactl connect`.
// `npm run crash -- fleet [ROUNDS [SEED]]`: bad days of three machines on one PostgreSQL. FLEET_DAY: only those with this in their name.
// FLEET_OLDER: the launcher (bin/wactl.js) of an older build, for an upgrade in turns.
// Bounded by CRASH_SECONDS (600; fleet: 1800).
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const kinds = {
  store: { file: 'test/contract/store-kills.test.ts', project: 'rooms', count: 'STORE_KILLS', usual: '1000' },
  disk: { file: 'test/contract/disk-faults.test.ts', project: 'rooms', count: 'DISK_ROUNDS', usual: '100' },
  messages: { file: 'test/cli/crash-messages.test.ts', project: 'cli', count: 'CRASH_KILLS', usual: '40' },
  fleet: {
    file: 'test/cli/crash-fleet.test.ts',
    project: 'cli',
    count: 'FLEET_ROUNDS',
    usual: '50',
    seconds: '1800',
  },
  moves: { file: 'test/cli/crash-moves.test.ts', project: 'cli', count: 'MOVE_KILLS', usual: '200' },
  copies: { file: 'test/cli/crash-copies.test.ts', project: 'cli', count: 'COPY_KILLS', usual: '40' },
  bots: { file: 'test/cli/crash-bots.test.ts', project: 'cli', count: 'BOT_KILLS', usual: '200' },
};
const phone = { file: 'test/cli/crash.test.ts', project: 'cli', count: 'CRASH_ROUNDS', usual: '300' };
const words = process.argv.slice(2);
const kind = kinds[words[0]] ?? phone;
const [count = kind.usual, seed = String(Date.now() % 1_000_000)] = kind === phone ? words : words.slice(1);
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const args = ['run', '--project', kind.project, '-c', '.config/vitest.config.ts', kind.file];
const env = { CRASH_SECONDS: kind.seconds ?? '600', ...process.env, [kind.count]: count, CRASH_SEED: seed };
const child = spawn(process.execPath, [vitest, ...args], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (status) => (process.exitCode = status ?? 1));
