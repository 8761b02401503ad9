import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/open-store.ts';
import { Place } from '../support/cli-place.ts';
import type { Outcome, Running } from '../support/cli-running.ts';
import { prepare, scenarios } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

/** How a process is cut short: by a signal, or by another shell that deletes its session. */
export const blows = ['SIGKILL', 'SIGINT', 'SIGTERM', 'SIGHUP', 'delete'] as const;
export type Blow = (typeof blows)[number];

export type Round = {
  readonly scenario: Scenario;
  /** The sandbox event to act at, and the delay after it. */
  readonly step: Scenario['steps'][number];
  readonly delayMs: number;
  readonly blow: Blow;
  /** The delay of every answer of the server. */
  readonly slowMs: number;
};

export type RoundResult = {
  /** Whether the blow came before the process had ended. */
  readonly isHit: boolean;
  readonly end: 'works' | 'not paired' | 'gone';
  /** The disagreements; empty when everything agrees. */
  readonly disagreements: readonly string[];
};

/** Half of the blows are kills; the delays reach from the event itself to the next few. */
export function randomRound(random: () => number): Round {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const scenario = pick(scenarios);
  const step = pick(scenario.steps);
  const blow = random() < 0.5 ? 'SIGKILL' : pick(blows.slice(1));
  const delayMs = random() < 0.4 ? 0 : Math.floor(random() * 25);
  return { scenario, step, blow, delayMs, slowMs: random() < 0.3 ? 15 : 0 };
}

/** Cuts a process short, finishes its work with `status`, and compares store and phone. */
export async function runRound(round: Round): Promise<RoundResult> {
  const place = await Place.make();
  try {
    await prepare(place, round.scenario.before);
    if (round.slowMs > 0) place.sandbox.fault({ kind: 'delay', ms: round.slowMs, times: 9 });
    const reached = place.sandbox.waitFor(round.step);
    const running = round.scenario.start(place);
    const ended = running.exited;
    await Promise.race([reached, ended]);
    if (round.delayMs > 0) await Promise.race([sleep(round.delayMs), ended]);
    const { isHit, deleting } = strike(place, running, round.blow);
    if (!isHit || deleting) await settle(round, running, deleting);
    await ended;
    place.sandbox.clearFaults();
    return { isHit, ...(await agreement(place, deleting && (await deleting))) };
  } finally {
    await place.remove();
  }
}

function strike(place: Place, running: Running, blow: Blow): { isHit: boolean; deleting?: Promise<Outcome> } {
  const isHit = running.isRunning;
  if (blow === 'delete') return { isHit, deleting: place.run(['delete', 'a', '--yes', '--json']) };
  running.kill(blow);
  return { isHit };
}

/** Ends a process that stays online after the blow with a signal. */
async function settle({ scenario }: Round, running: Running, deleting?: Promise<Outcome>): Promise<void> {
  await deleting;
  if (scenario.name === 'login' || scenario.name === 'serve pairs') running.kill('SIGINT');
}

/** Lets `status` finish, then compares the store and the phone with its answer. */
async function agreement(
  place: Place,
  deleted: Outcome | undefined,
): Promise<Pick<RoundResult, 'end' | 'disagreements'>> {
  const disagreements: string[] = [];
  const check = (isSo: boolean, what: string): void => void (isSo || disagreements.push(what));
  // A process that cannot answer within two seconds on a busy machine counts as silent (6), and nothing is removed.
  if (deleted)
    check(
      [0, 3, 6].includes(deleted.status),
      `delete ended with ${String(deleted.status)}: ${deleted.stdout}`,
    );
  const { status, stdout } = await place.run(['status', 'a', '--json']);
  const end = status === 0 ? 'works' : status === 3 ? 'gone' : 'not paired';
  check([0, 3, 4].includes(status), `status ended with ${String(status)}: ${stdout}`);
  const store = openStore({ directory: place.config });
  const session = await store.get('a');
  const hasCredentials = session && (await store.readCreds('a')) !== undefined;
  await store.close();
  const listed = place.sandbox.devices;
  check(listed.length === (end === 'works' ? 1 : 0), `${end}, and the phone lists ${String(listed.length)}`);
  check((session?.paired ?? false) === (end === 'works'), `${end}, and paired is ${String(session?.paired)}`);
  check(!session?.unconfirmed, 'it is unconfirmed still');
  check(
    (hasCredentials ?? false) === (end === 'works'),
    `${end}, and has credentials: ${String(hasCredentials)}`,
  );
  check((session === undefined) === (end === 'gone'), `${end}, and there is ${session ? 'a' : 'no'} record`);
  if (deleted?.status === 0) check(end === 'gone', `deleted, and ${end}`);
  check(
    listed.every(({ maxConnections }) => maxConnections === 1),
    'two connections at once',
  );
  const db = openDatabase({ path: join(place.config, 'wactl.db'), busyTimeoutMs: 1_000 });
  const integrity = JSON.stringify(
    db.rows('PRAGMA integrity_check', []).map((row) => row['integrity_check']),
  );
  db.close();
  check(integrity === '["ok"]', `integrity_check: ${integrity}`);
  return { end, disagreements };
}
