// `npm test`: every check in turn, stopping at the first that fails. Ends with the line "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'wactl-check-'));
const report = join(scratch, 'report.json');
const checks = [
  ['prettier', '--check', '--log-level', 'warn', '.'],
  ['tsc', '-p', '.'],
  ['tsc', '-p', 'src/page/browser'],
  ['eslint', '-c', '.config/eslint.config.js', '--max-warnings', '0', '.'],
  ['knip'],
  ['node', '.config/build.js'],
  ['publint', '--strict'],
  ['node', 'test/bench/compare.js'],
  [
    'vitest',
    'run',
    '-c',
    '.config/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  ],
];
const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` };

let passed = 0;
let failed = 0;
for (const [command, ...args] of checks) {
  const since = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${command} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
  if (command === 'vitest') {
    const { numPassedTests, numFailedTests, numTotalTests } = readReport();
    if (numTotalTests === 0) failed += 1;
    passed += numPassedTests;
    // A file that cannot even be loaded fails without a test of its own.
    failed += status === 0 ? numFailedTests : Math.max(1, numFailedTests);
  } else if (status === 0) {
    passed += 1;
  } else {
    failed += 1;
  }
  if (failed > 0) break;
}
rmSync(scratch, { recursive: true });
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numTotalTests: 1 };
  }
}
