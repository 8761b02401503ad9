// `npm run bench`: the numbers to keep, as ratios measured in one run. It needs the built program (npm run build) and
// takes about three minutes. No test measures times: machines differ, ratios hardly do.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureDiskWaits } from './disk-waits.js';
import { measureHolder } from './holder.js';
import { measurePairing } from './pairing.js';
import { measurePreKeys } from './pre-keys.js';
import { root } from './program.js';
import { startSandbox } from './sandbox.js';
import { measureStarts } from './starts.js';
import { showTable } from './table.js';

if (!existsSync(join(root, 'dist', 'main.cjs')))
  throw new Error('dist is missing; build it with: npm run build');
// Bundles of our own TypeScript find their packages from their own place, so it is below the root.
const bundles = join(root, 'node_modules', '.cache', 'wactl-bench');
mkdirSync(bundles, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'wactl-bench-'));
const sandbox = await startSandbox();
const say = (text) => process.stderr.write(`${text}\n`);
try {
  const since = Date.now();
  const rows = [];
  for (const [what, measure] of [
    ['starts', measureStarts],
    ['pairing', measurePairing],
    ['pre-keys', measurePreKeys],
    ['waits for the disk', measureDiskWaits],
    ['sessions in a holder', measureHolder],
  ]) {
    say(`measuring: ${what}`);
    rows.push(...(await measure({ scratch, bundles, sandbox })));
  }
  showTable(rows, (Date.now() - since) / 1000);
} finally {
  await sandbox.stop();
  rmSync(scratch, { recursive: true, force: true });
  rmSync(bundles, { recursive: true, force: true });
}
