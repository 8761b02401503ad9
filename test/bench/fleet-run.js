// A cold start of a fleet, an idle time, a restart of the database, a host that dies, one that stops, messages, and a host that comes:
// what takes longest is last.
import { setTimeout as sleep } from 'node:timers/promises';
import { between, memory, sql, used } from './fleet-figures.js';
import { token } from './fleet-machines.js';

/** Two whole periods in which each session pings. */
const idleMs = 60_000;
/** What comes late by itself: activity is stored after five seconds. */
const settleMs = 12_000;
/** A share that is off by this part is left as it is. */
const tolerated = 1 / 20;
const lookEveryMs = 500;
/** A probe writes every second. */
const probedMs = 1_500;
const laterMessages = 2;
/** Left for the end when hosts still share. */
const atEndMs = 30_000;
/** So many of the dearest statements are shown. */
const shown = 5;

/** `say(what, figure)` is told each result. It ends before `until`, by `performance.now`. */
export async function fleetRun({ machines, names, each, say, until }) {
  const total = names.length * each;
  const leftMs = () => Math.max(1, until - performance.now());
  const allOnline = (what, from) =>
    machines.onlineWithin(total, leftMs(), from).then((time) => say(what, seconds(time)));

  say('hosts, sessions', `${names.length}, ${total}`);
  await machines.startSandboxes(total);
  await machines.startDatabase();
  const pairing = performance.now();
  await machines.pair(total);
  say('all paired', seconds(sinceMs(pairing)));

  const atStart = await used(machines);
  const starting = performance.now();
  await Promise.all(names.map((name) => machines.serve(name)));
  await allOnline('all online after a cold start', starting);
  await sleep(probedMs);
  const [loginUse, loginCount] = [between(atStart, await used(machines)), machines.logins - atStart.logins];
  say('logins a second meanwhile', (loginCount / loginUse.seconds).toFixed(1));
  say(`a login, with all else meanwhile: ${units}`, perEach(loginUse, loginCount));
  say(
    'processor for it: hosts, PostgreSQL',
    `${ms(loginUse.hostProcessor / loginCount)}, ${ms(loginUse.postgresProcessor / loginCount)}`,
  );
  tellDearest('login', loginUse, say);
  await evenly(machines, total, Math.min(leftMs(), 60_000));
  await sleep(settleMs);
  say('sessions of each host', (await held(machines)).join(', '));
  const { hosts, postgres } = memory(machines);
  say('memory of each host', hosts.map((one) => `${one.toFixed(0)} MB`).join(', '));
  say('memory of PostgreSQL', `${postgres.toFixed(0)} MB`);

  const atIdle = await used(machines);
  await sleep(idleMs);
  const idle = between(atIdle, await used(machines));
  say(`idle, a second: ${units}`, perEach(idle, idle.seconds));
  say('idle: syncs of the disk a second', (idle.syncs / idle.seconds).toFixed(1));
  say('idle: from PostgreSQL to all hosts', `${(idle.bytes / idle.seconds / 1000).toFixed(0)} kB a second`);
  say(
    'idle: processor of all hosts, of PostgreSQL',
    `${percent(idle.hostProcessor, idle)}, ${percent(idle.postgresProcessor, idle)} of one core`,
  );
  tellDearest('idle', idle, say);
  await answers(machines, say);

  const logins = machines.logins;
  const down = performance.now();
  await machines.restartDatabase();
  say('the database was away', seconds(sinceMs(down)));
  await allOnline('all online after its restart', down);
  say('logins that its restart brought', machines.logins - logins);

  await sleep(settleMs);
  const killed = performance.now();
  await machines.end(machines.hosts.at(-1), 'SIGKILL');
  await machines.offline(total);
  await allOnline('all online after a host was killed', killed);
  await sleep(settleMs);
  const told = performance.now();
  const stopped = machines.end(machines.hosts[0], 'SIGTERM');
  await machines.offline(total);
  say('a host that is stopped has ended after', seconds(await stopped));
  await allOnline('all online after a host was stopped', told);
  say('… and then, of each host that is left', (await held(machines)).join(', '));
  await sleep(settleMs);

  for (const [what, rounds] of [
    ['the first message of a chat', 1],
    ['one more', laterMessages],
  ]) {
    const atMessages = await used(machines);
    for (let round = 0; round < rounds; round += 1) await machines.messages();
    await sleep(settleMs);
    const messages = without(idle, between(atMessages, await used(machines)));
    say(`${what}, without what was idle before: ${units}`, perEach(messages, total * rounds));
    say(`${what}: syncs of the disk`, (messages.syncs / (total * rounds)).toFixed(2));
  }

  const joined = performance.now();
  const before = machines.logins;
  await machines.serve(names.at(-1));
  const even = await evenly(machines, total, leftMs() - atEndMs);
  say('shared evenly after a host came', seconds(even === null ? null : sinceMs(joined)));
  say('sessions of each host then', (await held(machines)).join(', '));
  await allOnline('all online after a host came', joined);
  say('logins that it brought', machines.logins - before);
  for (const host of [...machines.hosts]) await machines.end(host, 'SIGTERM');
}

const units = 'statements, round trips, durable commits';
const perEach = ({ statements, trips, durableCommits }, count) =>
  [statements, trips, durableCommits].map((one) => (one / count).toFixed(1)).join(', ');
const seconds = (time) => (time === null ? 'not in the time left' : `${time.toFixed(1)} s`);
const sinceMs = (from) => (performance.now() - from) / 1000;
const ms = (time) => `${(time * 1000).toFixed(0)} ms`;
const percent = (processor, { seconds: time }) => `${((processor / time) * 100).toFixed(0)} %`;

function tellDearest(when, { dear, seconds: time }, say) {
  for (const { query, calls, ms: took, rows } of dear.slice(0, shown)) {
    const text = query.replaceAll('|', '¦');
    say(
      `${when}: ${(took / time).toFixed(2)} ms, ${(calls / time).toFixed(1)} calls, ${(rows / time).toFixed(0)} rows a second`,
      text,
    );
  }
}

/** What was used beyond what is idle. */
function without(idle, all) {
  const part = all.seconds / idle.seconds;
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      typeof value === 'number' ? value - idle[name] * part : value,
    ]),
  );
}

/** How long requests take that are about all sessions. */
async function answers({ hosts }, say) {
  for (const path of ['/metrics', '/api/v1/sessions?per_page=100', '/api/v1/hosts']) {
    const from = performance.now();
    const answer = await fetch(`${hosts[0].url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const { length } = await answer.text();
    say(`GET ${path}: ${answer.status}`, `${ms(sinceMs(from))}, ${(length / 1000).toFixed(0)} kB`);
  }
}

/** How many sessions each host holds. */
async function held({ address }) {
  const rows = await sql(address, 'SELECT count(*)::int FROM wactl.leases GROUP BY server_id ORDER BY 1');
  return rows.map(({ count }) => count);
}

/** Resolves to the seconds until each host has its share; null: not within the time. */
const evenly = (machines, total, withinMs) =>
  within(withinMs, async () => {
    const counts = await held(machines);
    const share = total / machines.hosts.length;
    const isOff = counts.some((count) => Math.abs(count - share) > share * tolerated + 1);
    return counts.length === machines.hosts.length && !isOff;
  });

async function within(ms_, holds) {
  const from = performance.now();
  while (performance.now() - from < ms_) {
    if (await holds().catch(() => false)) return sinceMs(from);
    await sleep(lookEveryMs);
  }
  return null;
}
