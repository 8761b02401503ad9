// `npm run soak [-- COUNT]`: that many sessions (1,000) in one `serve`, against a sandbox in a process of its own that is
// stopped and started meanwhile. Prints what it used: Linux only, read from /proc. Needs the built program.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundled } from './bundled.js';
import { megabytes, processorSeconds } from './proc.js';
import { root, start, wactl } from './program.js';

const count = Number(process.argv[2] ?? '1000');
const batch = 50;
const settleMs = 10_000;
const idleMs = 10_000;
/** Each session pings once in three of them. */
const idleWindows = 9;

const bundles = join(root, 'node_modules', '.cache', 'wactl-soak');
mkdirSync(bundles, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'wactl-soak-'));
const say = (what, figure) => process.stdout.write(`${what.padEnd(44)} ${figure}\n`);
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const running = [];
try {
  await soak();
} finally {
  for (const child of running) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
  rmSync(bundles, { recursive: true, force: true });
}

async function soak() {
  const sandbox = started(await bundled('soak-sandbox.ts', bundles));
  const ready = await sandbox.line((text) => JSON.parse(text));
  const pairing = performance.now();
  const pairSessions = await bundled('pair-sessions.ts', bundles);
  const filled = async (name, many, from) => {
    const directory = join(scratch, name);
    mkdirSync(directory);
    // Code that is not bundled like the program slows down with each session of a process: a few at a time.
    for (let first = from; first < from + many; first += batch) {
      const size = Math.min(batch, from + many - first);
      const where = [directory, ready.endpoint, ready.endpoint_root];
      const child = started(pairSessions, ...where, String(size), String(first));
      await child.line((text) => (text === '{}' ? true : undefined));
      child.kill('SIGTERM');
      await child.ended;
    }
    return directory;
  };
  const directory = await filled('all', count, 0);
  say(`${count} sessions paired`, seconds(pairing));

  const one = await serve(await filled('one', 1, count), 1);
  await sleep(settleMs);
  const base = megabytes(one.child.pid);
  await stop(one.child);

  const { child, online, since } = await serve(directory, count);
  say('all online after', seconds(since));
  await sleep(settleMs);
  const all = megabytes(child.pid);
  say('memory of the process with 1 and with all', `${base.toFixed(0)} MB, ${all.toFixed(0)} MB`);
  say('memory of one more session', `${((all - base) / Math.max(1, count - 1)).toFixed(2)} MB`);
  const idle = [];
  for (let window = 0; window < idleWindows; window += 1) idle.push(await processorShare(child.pid, idleMs));
  say(`processor while idle, by ${idleMs / 1000} s`, `${idle.join(', ')} % of one core`);

  const down = sandbox.line((text) => (JSON.parse(text).event === 'down' ? true : undefined));
  const up = sandbox.line((text) => (JSON.parse(text).event === 'up' ? true : undefined));
  sandbox.kill('SIGUSR2');
  await down;
  online.clear();
  await up;
  const back = performance.now();
  await online.full();
  say('all online again after an outage of 5 s', seconds(back));
  await sleep(settleMs);
  say('memory afterwards', `${megabytes(child.pid).toFixed(0)} MB`);
  say('stopped within', await stop(child));
  const end = sandbox.line((text) => (JSON.parse(text).event === 'end' ? JSON.parse(text) : undefined));
  sandbox.kill('SIGTERM');
  const { devices, most_connections_of_one: most, logins } = await end;
  say('the most connections that a device ever had', `${most} (${devices} devices, ${logins} logins)`);
}

function started(...args) {
  const child = start(args, { WACTL_TOKEN: 'only-for-this-soak-run' });
  running.push(child);
  return child;
}

/** Serves a directory until all of it is online. */
async function serve(directory, many) {
  const child = started(wactl, 'serve', '--listen', '0', '--json', '--quiet', '--config-dir', directory);
  const online = tally(child, many);
  await child.line((text) => (JSON.parse(text).event === 'ready' ? true : undefined));
  const since = performance.now();
  await online.full();
  return { child, online, since };
}

/** The sessions that it reports as logged in. */
function tally(child, many) {
  const ids = new Set();
  let tell = () => undefined;
  child
    .line((text) => {
      const { event, id, status } = JSON.parse(text);
      if (event !== 'status') return undefined;
      if (status === 'logged_in') ids.add(id);
      else ids.delete(id);
      if (ids.size === many) tell();
      return undefined;
    })
    .catch(() => undefined);
  return {
    clear: () => ids.clear(),
    full: () =>
      new Promise((resolve) => {
        tell = resolve;
        if (ids.size === many) resolve();
      }),
  };
}

async function stop(child) {
  const since = performance.now();
  child.kill('SIGTERM');
  const status = await child.ended;
  return `${seconds(since)} (exit ${status})`;
}

/** In percent of one core. */
async function processorShare(pid, ms) {
  const before = processorSeconds(pid);
  await sleep(ms);
  return (((processorSeconds(pid) - before) / ms) * 100_000).toFixed(1);
}
