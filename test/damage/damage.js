// `npm run damage [-- SEED]`: flips bits in a store, page by page and field by field, overwrites and cuts it, and runs all
// queries each time, in process and with the built program. Ends with 1 when anything hung, broke or answered wrongly.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'node_modules', '.cache', 'wactl-damage');
const seed = Number(process.argv[2] ?? Date.now() % 100_000);
mkdirSync(folder, { recursive: true });
const outfile = join(folder, 'run-damage.js');
await build({
  entryPoints: [join(root, 'test', 'damage', 'run-damage.ts')],
  outfile,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});
const { runDamage } = await import(pathToFileURL(outfile).href);
const since = performance.now();
const report = await runDamage({
  seed,
  root,
  flipsAPage: 12,
  everyFieldByte: 20,
  stride: 512,
  journalFlips: 60,
  everyPage: 2,
  program: { path: join(root, 'bin', 'wactl.js'), every: 40 },
});
rmSync(folder, { recursive: true, force: true });
const { positions, right, refused, hangs, bugs, newIdentities, lostKeys, wrong, programRuns, findings } =
  report;
for (const finding of findings) process.stdout.write(`${finding}\n`);
process.stdout.write(
  `seed ${seed}, positions ${positions}, runs of the program ${programRuns}, right answers ${right}, exit 11 ${refused}, ` +
    `hangs ${hangs}, bugs ${bugs}, new identities ${newIdentities}, wrong ${wrong}, lost keys ${lostKeys} ` +
    `(${((performance.now() - since) / 1000).toFixed(0)} s)\n`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
