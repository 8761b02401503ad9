// A part of `npm test`: no start takes twice the processor time that is in docs/bench for the last version that was measured. Both are
// ratios to a bare start of Node in the same run, so that a slower machine changes nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureProcessor } from './processor.js';
import { root } from './program.js';
import { recorded } from './record.js';
import { nodeMajor } from './targets.js';

const most = 2;
/** Enough to see that one has doubled. */
const rounds = 11;
const versions = readdirSync(join(root, 'docs', 'bench'))
  .map((name) => name.replace(/\.json$/, ''))
  .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
const last = versions.at(-1);
const before = recorded(last)?.nodes[nodeMajor]?.rows;
if (before === undefined || spawnSync('bash', ['-c', 'true']).status !== 0) {
  console.log(`starts: nothing to compare with for Node ${nodeMajor}`);
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'wactl-compare-'));
  try {
    for (const { what, value } of await measureProcessor({ scratch, rounds })) {
      const then = before[what]?.value;
      const isSlow = then !== undefined && value > then * most;
      if (isSlow) process.exitCode = 1;
      console.log(
        `${isSlow ? 'SLOW' : 'ok  '} ${what}: ${value.toFixed(2)}, in ${last} ${then?.toFixed(2) ?? 'not measured'}`,
      );
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
