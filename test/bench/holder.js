import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundled } from './bundled.js';
import { answerOf, start, wactl } from './program.js';

const many = 200;
/** The wait after the last login, for Baileys' remaining work. */
const settleMs = 5_000;

/** The cost of sessions for a process that keeps them online. Its resident set comes from Linux: /proc/PID/status. */
export async function measureHolder({ scratch, bundles, sandbox }) {
  const file = await bundled('pair-sessions.ts', bundles);
  const filled = async (name, count) => {
    const directory = join(scratch, name);
    mkdirSync(directory);
    await answerOf([file, directory, sandbox.endpoint, sandbox.rootKey, String(count)]);
    return directory;
  };
  const one = await keepOnline(await filled('one-session', 1), 1, sandbox);
  const all = await keepOnline(await filled('many-sessions', many), many, sandbox);
  const each = (all.megabytes - one.megabytes) / (many - 1);
  const files = (all.files - one.files) / (many - 1);
  return [
    {
      what: `one more live session, of ${many} (RSS of the process)`,
      value: each,
      measured: `${each.toFixed(2)} MB`,
      detail: `${one.megabytes.toFixed(0)} MB with 1, ${all.megabytes.toFixed(0)} MB with ${many}`,
      target: 1.5,
      unit: 'MB',
    },
    { what: `${many} sessions online`, measured: `${all.seconds.toFixed(1)} s`, detail: '' },
    { what: 'files per session', value: files, measured: files.toFixed(2), detail: '', target: 0, unit: '' },
  ];
}

async function keepOnline(directory, count, sandbox) {
  const since = performance.now();
  const child = start([wactl, 'connect', '--all', '--json'], { ...sandbox.env, WACTL_CONFIG_DIR: directory });
  const online = new Set();
  await child.line((text) => {
    const { event, status, id } = JSON.parse(text);
    if (event === 'error') throw new Error(text);
    if (status === 'logged_in') online.add(id);
    return online.size === count ? true : undefined;
  });
  const seconds = (performance.now() - since) / 1000;
  await sleep(settleMs);
  const megabytes = residentMegabytes(child.pid);
  const files = readdirSync(directory, { recursive: true }).length;
  child.kill('SIGTERM');
  await child.ended;
  return { seconds, megabytes, files };
}

const residentMegabytes = (pid) =>
  Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
