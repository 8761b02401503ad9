// `npm run load [-- MESSAGES [SESSIONS]]`: a flood of live messages (10,000, over 10 sessions) on one `serve`, with and
// without a webhook, against a sandbox in a process of its own. Prints a table: how long /healthz and /metrics took
// meanwhile, what was delivered, and how long it took to stop in the middle of a flood. Needs the built program.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundled.js';
import { answerOf, root, start, wactl } from './program.js';

const messages = Number(process.argv[2] ?? '10000');
const sessions = Number(process.argv[3] ?? '10');
const each = Math.ceil(messages / sessions);
const token = 'only-for-this-load-run';
const askEveryMs = 20;
const stopAfterMs = 1_000;
/** For Node.js itself, such as --cpu-prof. */
const nodeFlags = process.env.LOAD_NODE?.split(' ') ?? [];
const isLinux = process.platform === 'linux';
const probe = isLinux ? ['--import', new URL('turns-probe.js', import.meta.url).href] : [];
const patienceMs = 600_000;

const bundles = join(root, 'node_modules', '.cache', 'wactl-load');
mkdirSync(bundles, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'wactl-load-'));
const running = [];
process.once('SIGTERM', () => process.exit(1));
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));
try {
  const columns = [await load(false), await load(true)];
  for (const [at, [what]] of columns[0].entries()) {
    const cells = columns.map((rows) => rows[at][1].padStart(18)).join('');
    process.stdout.write(`${what.padEnd(44)}${cells}\n`);
  }
} finally {
  for (const child of running) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
  rmSync(bundles, { recursive: true, force: true });
}

function started(...args) {
  return startedWith({}, ...args);
}

function startedWith(env, ...args) {
  const child = start(args, {
    WACTL_TOKEN: token,
    ...env,
    ...(process.env.LOAD_ENV && JSON.parse(process.env.LOAD_ENV)),
  });
  running.push(child);
  return child;
}

/** The rows of one column of the table. */
async function load(hasWebhook) {
  const directory = join(scratch, hasWebhook ? 'webhook' : 'plain');
  mkdirSync(directory);
  const sandbox = started(await bundled('load-sandbox.ts', bundles), String(each));
  const ready = await sandbox.line((text) => JSON.parse(text));
  const where = [directory, ready.endpoint, ready.endpoint_root, String(sessions), '0'];
  const pairing = started(await bundled('pair-sessions.ts', bundles), ...where);
  await pairing.line((text) => (text === '{}' ? true : undefined));
  pairing.kill('SIGTERM');
  await pairing.ended;
  const receiver = started(fileURLToPath(new URL('load-receiver.js', import.meta.url)));
  const { url: hook } = await receiver.line((text) => JSON.parse(text));
  if (hasWebhook)
    for (let at = 0; at < sessions; at += 1)
      await answerOf([
        wactl,
        'update',
        `s${at}`,
        '--webhook-url',
        `${hook}/hook`,
        '--json',
        '--config-dir',
        directory,
      ]);
  const counts = async () => (await fetch(hook)).json();
  const complete = async (many) => {
    const until = performance.now() + patienceMs;
    while ((await counts()).messages < many && performance.now() < until) await sleep(200);
  };

  const turnsFile = join(directory, 'turns.json');
  const first = await serve(directory, { TURNS_FILE: turnsFile });
  if (isLinux) first.child.kill('SIGUSR2');
  const flooded = event(sandbox, 'acknowledged', 1);
  const asking = new AbortController();
  const health = ask(`${first.url}/healthz`, asking.signal);
  const metrics = ask(`${first.url}/metrics`, asking.signal);
  const since = performance.now();
  sandbox.kill('SIGUSR2');
  await flooded;
  const acknowledged = performance.now() - since;
  if (hasWebhook) await complete(each * sessions);
  const delivered = performance.now() - since;
  asking.abort();
  const [healthTimes, metricsTimes] = await Promise.all([health, metrics]);

  const again = event(sandbox, 'acknowledged', 2);
  sandbox.kill('SIGUSR2');
  await sleep(stopAfterMs);
  const stopping = performance.now();
  first.child.kill('SIGTERM');
  const status = await first.child.ended;
  const stopped = performance.now() - stopping;
  const turns = isLinux ? JSON.parse(readFileSync(turnsFile, 'utf8')) : undefined;

  const second = await serve(directory);
  await again;
  if (hasWebhook) await complete(2 * each * sessions);
  second.child.kill('SIGTERM');
  await second.child.ended;
  const { messages: had, twice } = await counts();
  for (const child of [sandbox, receiver]) child.kill('SIGTERM');
  const told = (figure) => (hasWebhook ? String(figure) : '-');
  return [
    [`${each * sessions} messages, ${sessions} sessions`, hasWebhook ? 'with webhook' : 'without webhook'],
    ['/healthz, worst', ms(worst(healthTimes))],
    ['/healthz, 99 of 100 within', ms(p99(healthTimes))],
    ['/metrics, worst', ms(worst(metricsTimes))],
    ['/metrics, 99 of 100 within', ms(p99(metricsTimes))],
    ['longest turn of the event loop: at work', turns ? ms(turns.busyMs) : '-'],
    ['longest turn of the event loop: waiting', turns ? ms(turns.blockedMs) : '-'],
    ['all acknowledged after', seconds(acknowledged)],
    ['all delivered after', hasWebhook ? seconds(delivered) : '-'],
    ['SIGTERM in a second flood: stopped within', `${seconds(stopped)} (${status})`],
    ['messages of both floods', String(2 * each * sessions)],
    ['of these delivered', told(had)],
    ['delivered more than once', told(twice)],
  ];
}

async function serve(directory, env) {
  const flags = ['--listen', '0', '--json', '--quiet', '--config-dir', directory];
  const child = startedWith(env, ...(env ? probe : []), ...nodeFlags, wactl, 'serve', ...flags);
  const online = new Set();
  const full = child.line((text) => {
    const { event: name, id, status } = JSON.parse(text);
    if (name === 'status' && status === 'logged_in') online.add(id);
    return online.size === sessions || undefined;
  });
  const { url } = await child.line((text) => {
    const line = JSON.parse(text);
    return line.event === 'ready' ? line : undefined;
  });
  await full;
  return { child, url };
}

/** The line in which the sandbox says this of a flood. */
function event(child, name, flood) {
  return child.line((text) => {
    const line = JSON.parse(text);
    return line.event === name && line.flood === flood ? line : undefined;
  });
}

/** Asks again and again; resolves to the milliseconds that each answer took. */
async function ask(url, signal) {
  const times = [];
  while (!signal.aborted) {
    const since = performance.now();
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await answer.text();
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    times.push(performance.now() - since);
    await sleep(askEveryMs);
  }
  return times;
}

function worst(times) {
  return Math.max(...times);
}

function p99(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)];
}

function ms(time) {
  return `${time.toFixed(0)} ms`;
}

function seconds(time) {
  return `${(time / 1000).toFixed(1)} s`;
}
