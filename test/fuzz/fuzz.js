// `npm run fuzz`: the fuzz tests of the gate in their long form, with their results. WACTL_FUZZ_SEED sets another first
// seed; each seed that finds something is printed.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = [
  'test/wire/engine-fuzz.test.ts',
  'test/cli/http-fuzz.test.ts',
  'test/cli/input-fuzz.test.ts',
  'test/unit/transfer-hostile-files.test.ts',
  'test/unit/transfer-hostile-folders.test.ts',
];
const vitest = `${root}node_modules/vitest/vitest.mjs`;
const args = [vitest, 'run', '-c', '.config/vitest.config.ts', ...files];
const env = { ...process.env, WACTL_FUZZ: 'long' };
const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });

const reports = [];
createInterface({ input: child.stdout }).on('line', (line) => {
  if (line.startsWith('fuzz ')) reports.push(JSON.parse(line.slice('fuzz '.length)));
  else console.log(line);
});
child.once('close', (status) => {
  const sum = (kind) => reports.reduce((total, report) => total + report[kind], 0);
  for (const { what, ends } of reports) {
    if (ends.length > 0)
      console.log(`${what} ended: ${ends.map(([end, times]) => `${end} ${times}`).join(', ')}`);
  }
  const tried = reports.map(({ what, tried: times }) => `${what} ${times}`).join(', ');
  const wrong = { crashes: 'crash', hangs: 'hang', deaf: 'deaf', leaks: 'leak' };
  const found = Object.entries(wrong).map(([name, kind]) => `${name} ${sum(kind)}`);
  console.log(`seed ${reports[0]?.seed}; ${tried}: ${found.join(', ')}`);
  process.exitCode = status ?? 1;
});
