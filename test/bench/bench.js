// `npm run bench [-- PART...]`: the numbers to keep, as ratios measured in one run. It needs the built program (npm run build).
// BENCH_NODES names other Nodes, separated by colons, under which all is measured too. The best values go to
// docs/bench/VERSION.json. No test measures times: machines differ, ratios hardly do.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureDiskWaits } from './disk-waits.js';
import { measureHolder } from './holder.js';
import { measureImports } from './imports.js';
import { measureInstall } from './install.js';
import { measurePairing } from './pairing.js';
import { measurePreKeys } from './pre-keys.js';
import { measureProcessor } from './processor.js';
import { root } from './program.js';
import { record } from './record.js';
import { startSandbox } from './sandbox.js';
import { measureStarts } from './starts.js';
import { measureStatus } from './status.js';
import { showTable } from './table.js';

const parts = {
  starts: measureStarts,
  processor: measureProcessor,
  imports: measureImports,
  status: measureStatus,
  pairing: measurePairing,
  'pre-keys': measurePreKeys,
  'disk-waits': measureDiskWaits,
  install: measureInstall,
  holder: measureHolder,
};
const asked = process.argv.slice(2);
const unknown = asked.find((part) => !(part in parts));
if (unknown !== undefined) throw new Error(`no part ${unknown}; there are: ${Object.keys(parts).join(', ')}`);
if (!existsSync(join(root, 'dist', 'main.cjs')))
  throw new Error('dist is missing; build it with: npm run build');
// Bundles of our own TypeScript find their packages from their own place, so it is below the root.
const bundles = join(root, 'node_modules', '.cache', 'wactl-bench');
mkdirSync(bundles, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'wactl-bench-'));
const sandbox = await startSandbox(join(scratch, 'sandbox'));
const say = (text) => process.stderr.write(`${text}\n`);
try {
  const since = Date.now();
  const rows = [];
  for (const [part, measure] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(part)) continue;
    say(`measuring: ${part}`);
    rows.push(...(await measure({ scratch, bundles, sandbox })));
  }
  showTable(rows, (Date.now() - since) / 1000);
  record(rows);
} finally {
  await sandbox.stop();
  rmSync(scratch, { recursive: true, force: true });
  rmSync(bundles, { recursive: true, force: true });
}
for (const node of (process.env.BENCH_NODES ?? '').split(delimiter).filter(Boolean)) {
  const env = { ...process.env, BENCH_NODES: '' };
  const args = [fileURLToPath(import.meta.url), ...asked];
  const { status } = spawnSync(node, args, { env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
