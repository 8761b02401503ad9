// `npm run trace`: the messages of wactl and the sandbox in the life of a session, one label per stanza, and how those of
// Baileys differ (docs/wire-trace.md has the reasons). Takes a file to write it to; stdout by default.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'wactl-trace-'));
const file = process.argv[2] ?? join(scratch, 'trace');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const args = [
  'run',
  '-c',
  '.config/vitest.config.ts',
  '--project',
  'built engine',
  'test/wire/built-trace.test.ts',
];
const env = { ...process.env, WACTL_TRACE_FILE: file };
const { status } = spawnSync(process.execPath, [vitest, ...args], {
  cwd: root,
  env,
  stdio: ['ignore', 2, 2],
});
if (process.argv[2] === undefined) process.stdout.write(readFileSync(file, 'utf8'));
rmSync(scratch, { recursive: true });
process.exitCode = status;
