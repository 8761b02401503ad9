// `npm run soak -- fleet [HOSTS EACH]`: that many `serve`s (4) with EACH sessions each (1,000), on one PostgreSQL that waits
// for its disk, against sandboxes in processes of their own. Hosts die, stop and come, and the database is restarted. Prints what it
// took and what it used, as lines of a table, and all of it as JSON at the end. SOAK_SECONDS (700) bounds it; what is left out then
// is said. Linux only, read from /proc. Needs the built program.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Machines } from './fleet-machines.js';
import { fleetRun } from './fleet-run.js';
import { root } from './program.js';

const [, , , hosts = '4', each = '1000'] = process.argv;
const budgetMs = Number(process.env.SOAK_SECONDS ?? '700') * 1000;
const until = performance.now() + budgetMs;
const bundles = join(root, 'node_modules', '.cache', `wactl-soak-fleet-${process.pid}`);
mkdirSync(bundles, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'wactl-soak-fleet-'));
const machines = new Machines(scratch, bundles);
const figures = {};

const stopped = new Promise((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => reject(new Error(`stopped by ${signal}`)));
  sleep(budgetMs, null, { ref: false }).then(() => reject(new Error('the time is up')));
});
const names = Array.from({ length: Number(hosts) }, (_, at) => `h${at + 1}`);
const say = (what, figure) => {
  figures[what] = figure;
  process.stdout.write(`| ${what.padEnd(58)} | ${figure} |\n`);
};
say('processors, load before', `${cpus().length}, ${loadavg()[0].toFixed(1)}`);
try {
  await Promise.race([fleetRun({ machines, names, each: Number(each), say, until }), stopped]);
} catch (error) {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
} finally {
  if (machines.sandboxes.length > 0)
    say(
      'the most connections that a device ever had',
      `${machines.mostConnections} (${machines.logins} logins)`,
    );
  await machines.close();
  rmSync(scratch, { recursive: true, force: true });
  rmSync(bundles, { recursive: true, force: true });
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit();
