import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../support/seeded-random.ts';
import { messageOutcome } from '../message-outcome.ts';
import { accountOf } from './account-of.ts';
import type { BadDay } from './bad-day.ts';
import { Fleet } from './fleet.ts';
import type { Machine } from './machine.ts';
import { Outage } from './outage.ts';
import { workMs } from './stated-time.ts';
import { seconds, TimeTable } from './time-table.ts';

export type FleetRun = {
  readonly seed: number;
  readonly rounds: number;
  readonly days: readonly BadDay[];
  /** No round begins after this. */
  readonly endAt: number;
  readonly say: (line: string) => void;
};

/** What differs from what is promised; empty when nothing does. */
export type FleetReport = {
  readonly disagreements: readonly string[];
  /** How fast everything was online again, by day. */
  readonly times: string;
  readonly summary: string;
};

const [machines, sessions, leaseTermMs] = [3, 6, 10_000];
/** On a machine that does much else. */
const patienceMs = 90_000;
/** How many arrive before a bad day begins. */
const messagesBefore = 10;

/** One bad day after another for one fleet, drawn by the seed; after each, what is promised must hold. */
export async function runFleet({ seed, rounds, days, endAt, say }: FleetRun): Promise<FleetReport> {
  const random = seededRandom(seed);
  const fleet = await Fleet.make({ machines, sessions, leaseTermMs });
  const disagreements: string[] = [];
  const times = new TimeTable(leaseTermMs);
  let done = 0;
  try {
    for (const machine of fleet.machines) await machine.serve();
    if (!(await within(patienceMs, () => fleet.isOnline))) throw new Error('the fleet did not come online');
    for (; done < rounds && Date.now() < endAt; done += 1) {
      const day = days[Math.floor(random() * days.length)] as BadDay;
      say(`${String(done + 1)}. ${day.name}`);
      const { found, backMs } = await runRound(fleet, day, random);
      times.add(day, backMs);
      say(`   online after ${(backMs / 1000).toFixed(1)} s`);
      for (const what of found) {
        disagreements.push(`round ${String(done + 1)}, ${day.name}: ${what}`);
        say(`   ${what}`);
      }
      for (const line of await accountOf(fleet, lostOf(fleet))) say(`   ${line}`);
      if (found.length > 0)
        for (const { name, said } of fleet.machines) say(`   ${name}: ${said.slice(-6_000)}`);
    }
    const { lost, repeated } = messageOutcome(fleet.sent, fleet.receiver);
    const figures = [
      `seed ${String(seed)}`,
      `rounds ${String(done)} of ${String(rounds)}`,
      `messages ${String(fleet.sent.length)}`,
      `lost ${String(lost.length)} (${String(fleet.forgiven.size)} may be)`,
      `deliveries repeated ${String(repeated)}`,
      `disagreements ${String(disagreements.length)}`,
    ];
    return { disagreements, times: times.text, summary: `crash: ${figures.join(', ')}` };
  } finally {
    await fleet.close();
  }
}

type Round = {
  readonly found: readonly string[];
  /** How long something was offline, from the moment that its stated time counts from. */
  readonly backMs: number;
};

async function runRound(fleet: Fleet, day: BadDay, random: () => number): Promise<Round> {
  const found: string[] = [];
  const expect = (isSo: boolean, what: string): void => void (isSo || found.push(what));
  const { devices } = fleet.place.sandbox;
  for (const device of devices) device.maxConnections = device.connections.size;
  const before = fleet.replaced;
  // Numbers of its own: how often it draws is a matter of time, and the days of a seed are not.
  const stop = fleet.chat(seededRandom(random() * 2 ** 32));
  const arrived = fleet.receiver.received.length + messagesBefore;
  if (!(await within(patienceMs, () => fleet.receiver.received.length >= arrived)))
    found.push('messages do not arrive on a good day');
  if (!(await within(patienceMs, () => fleet.isShared())))
    found.push('a serve does not take its share again');
  const victim = await victimOf(fleet, random);
  const workBeforeMs = workMs();
  const sinceFault = new Outage(fleet);
  await day.run(fleet, victim, random).catch((error: unknown) => found.push(String(error)));
  if (day.online.since === 'fault') await sinceFault.over(patienceMs);
  const sinceEnd = new Outage(fleet);
  sinceFault.end();
  expect(!hasFailed(fleet), 'a serve has ended by itself');
  await mend(fleet).catch((error: unknown) => found.push(String(error)));
  await sinceEnd.over(patienceMs);
  expect(!hasFailed(fleet), 'a serve has ended by itself');
  expect(fleet.isOnline, `offline: ${offline(fleet)}`);
  const { ms: backMs, last } = day.online.since === 'fault' ? sinceFault : sinceEnd;
  const allowedMs = day.online.ms(leaseTermMs) + Math.max(workBeforeMs, workMs());
  expect(backMs <= allowedMs, `online after ${seconds(backMs)}, more than ${seconds(allowedMs)}: ${last}`);
  await stop();
  await within(patienceMs, () => fleet.waiting.length === 0 && lostOf(fleet).length === 0);
  const replaced = fleet.replaced - before;
  const most = Math.max(...devices.map(({ maxConnections }) => maxConnections));
  const ended = await fleet.database.sql(
    `SELECT id, status, close_reason FROM wactl.sessions WHERE status IN ('failed', 'logged_out')`,
  );
  const strays = await fleet.database.sql('DELETE FROM audit.strays RETURNING machine, what, session_id');
  expect(day.mayMeet !== undefined || most <= 1, `${String(most)} connections of a device at once`);
  expect(day.mayMeet !== undefined || replaced === 0, `${String(replaced)} connections replaced (440)`);
  expect(fleet.waiting.length === 0, `not acknowledged: ${fleet.waiting.join()}`);
  expect(lostOf(fleet).length === 0, `events lost: ${lostOf(fleet).join()}`);
  const { split } = messageOutcome(fleet.sent, fleet.receiver);
  expect(split.length === 0, `messages as two events: ${split.join()}`);
  expect(ended.length === 0, `sessions that are given up: ${JSON.stringify(ended)}`);
  expect(strays.length === 0, `writes without the lease: ${JSON.stringify(strays)}`);
  return { found, backMs };
}

/** Mostly one that holds sessions. */
async function victimOf(fleet: Fleet, random: () => number): Promise<Machine> {
  const counts = [...(await fleet.holders())];
  const holding = counts.filter(([, count]) => count > 0);
  const among = random() < 0.8 && holding.length > 0 ? holding : counts;
  return (among[Math.floor(random() * among.length)] as (typeof counts)[number])[0];
}

/** Lines are open again, machines are awake, and those run whose end was part of the day. */
async function mend({ machines }: Fleet): Promise<void> {
  for (const machine of machines) {
    machine.toDatabase.heal();
    machine.toWhatsApp.heal();
    machine.signal('SIGCONT');
  }
  for (const machine of machines) {
    if (!machine.isOnTime) await machine.end('SIGTERM');
    if (!machine.isRunning) await machine.serve();
  }
}

const hasFailed = ({ machines }: Fleet): boolean => machines.some((machine) => machine.hasFailed);

const lostOf = ({ sent, receiver, forgiven }: Fleet): readonly string[] =>
  messageOutcome(
    sent.filter((id) => !forgiven.has(id)),
    receiver,
  ).lost;

const offline = ({ place: { sandbox } }: Fleet): string =>
  sandbox.devices.flatMap(({ jid, online }) => (online ? [] : [jid])).join();

async function within(ms: number, condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const until = Date.now() + ms; !(await condition()); await sleep(50))
    if (Date.now() > until) return false;
  return true;
}
