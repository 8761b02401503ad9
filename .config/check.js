// `npm test`: every check, stopping where one has failed. Ends with the line "N passed, N failed".
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'wactl-check-'));
const report = join(scratch, 'report.json');
/** These read the sources only: the slowest runs beside the others. */
const ofSources = [
  [['eslint', '-c', '.config/eslint.config.js', '--max-warnings', '0', '.']],
  [
    ['prettier', '--check', '--log-level', 'warn', '.'],
    ['tsc', '-p', '.'],
    ['tsc', '-p', 'src/page/browser'],
    ['knip'],
  ],
];
const checks = [
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
await Promise.all(
  ofSources.map(async (inTurn) => {
    for (const [command, ...args] of inTurn) {
      const since = Date.now();
      const { status, output } = await run(command, args);
      process.stdout.write(output);
      tell(command, status, since);
      if (status === 0) passed += 1;
      else failed += 1;
    }
  }),
);
for (const [command, ...args] of failed > 0 ? [] : checks) {
  const since = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  tell(command, status, since);
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

function tell(command, status, since) {
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${command} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
}

/** Its output stands together, at its end. */
function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: 1, output: `${error.message}\n` }));
    child.once('close', (status) => resolve({ status, output }));
  });
}

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numTotalTests: 1 };
  }
}
