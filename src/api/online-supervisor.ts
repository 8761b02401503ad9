import { ruleOf } from '../domain/close-table.ts';
import { fairShare } from '../domain/fair-share.ts';
import { loginsOf } from '../domain/logins-at-once.ts';
import { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import type { Hosts } from '../ports/hosts.ts';
import type { News } from '../ports/news.ts';
import type { Overview } from '../ports/overview.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { Move, ShareState } from './share-state.ts';
import { fleetOf, seenLogins, sharedSessions } from './shared-sessions.ts';
import type { OwnSessions } from './shared-sessions.ts';

/** How often it looks for sessions that should be online and that no process holds (any more), where nobody else does. */
const aloneEveryMs = 30_000;
/** Of the time in which hosts are announced. */
const sharedEvery = 1 / 2;
/** News that come together are one. */
const newsEveryMs = 500;
/** How long a session rests that could not be taken, so that it is not tried at each look. */
const failedRestMs = 20_000;
/** How long a session rests that was given up for want of a network. */
const restMs = 15 * 60_000;

export type OnlineSupervisorParts = {
  readonly holder: Pick<Holder, 'bringOnline' | 'check'>;
  readonly own: OwnSessions;
  readonly overview: () => Promise<Overview>;
  /** Those that share the store; undefined where it is this machine's alone. */
  readonly hosts?: Pick<Hosts, 'hosts' | 'everyMs'> | undefined;
  readonly news?: News | undefined;
  readonly clock: Clock;
  readonly maxRetries: number;
  readonly signal: AbortSignal;
  /** Called with a sentence about a failure. */
  readonly warn: (sentence: string) => void;
  /** Called for each session that is taken from no host, or let go of for another one. */
  readonly onMove: (id: string, how: Move) => void;
  readonly state: Pick<ShareState, 'looked' | 'sawLogins' | 'mayLogIn' | 'isCutOff'>;
};

/**
 * Brings online its share of the sessions that should be, finishes pairings that were cut short, and lets go of what another host
 * lacks, until the signal is aborted. It looks every few seconds, alone every 30 s; at news it looks at once, and lets go of nothing.
 */
export async function superviseOnline(parts: OnlineSupervisorParts): Promise<void> {
  const { clock, signal, hosts, news, warn } = parts;
  const everyMs = hosts ? hosts.everyMs * sharedEvery : aloneEveryMs;
  const look = lookout(parts);
  const looking = async (): Promise<void> => {
    while (!signal.aborted) {
      await look({ letsGo: true });
      await clock.sleep(everyMs, signal).catch(ignore);
    }
  };
  const listening = async (): Promise<void> => {
    let rung = new AbortController();
    const unlisten = news?.listen(
      () => rung.abort(),
      () => warn(deafWords(everyMs)),
    );
    signal.addEventListener('abort', () => rung.abort(), { once: true });
    while (news && !signal.aborted) {
      await aborted(rung.signal);
      rung = new AbortController();
      if (!signal.aborted) await look({ letsGo: false });
      await clock.sleep(newsEveryMs, signal).catch(ignore);
    }
    unlisten?.();
  };
  await Promise.all([looking(), listening()]);
}

const deafWords = (everyMs: number): string =>
  'PostgreSQL can tell this process nothing, as behind a pooler that gives each transaction to another connection: ' +
  `what other hosts let go of is found at the next look, within ${String(everyMs / 1_000)} s`;

function lookout(parts: OnlineSupervisorParts): (how: { readonly letsGo: boolean }) => Promise<void> {
  const { own, overview, hosts, clock, signal, warn, onMove, state } = parts;
  const told = new Set<string>();
  const taking = new Set<string>();
  let restsFor = 0;
  let failure: string | undefined;
  const start = async (session: Session): Promise<void> => {
    taking.add(session.id);
    const hasFailed = await (session.wantsOnline ? bring(parts, session) : finish(parts, session));
    if (hasFailed) await clock.sleep(failedRestMs, signal).catch(ignore);
    taking.delete(session.id);
  };
  const look = async (letsGo: boolean): Promise<void> => {
    const [seen, serves] = await Promise.all([overview(), hosts ? hosts.hosts() : []]);
    const damaged = seen.damaged.filter((id) => !told.has(id));
    if (damaged.length > 0) warn(`the stored data of these sessions is damaged: ${damaged.join(', ')}`);
    for (const id of damaged) told.add(id);
    const restedSince = clock.now().getTime() - restsFor;
    restsFor = restMs;
    if (letsGo) state.sawLogins(seenLogins({ serves, own, overview: seen }));
    const fleet = fleetOf(serves, state.mayLogIn);
    own.limitLogins(loginsOf(fleet.members.length));
    const wanted = seen.free.filter((session) => isWanted(session, restedSince));
    const shared = sharedSessions({ serves, own, overview: seen, wanted, taking });
    const share = fairShare(fleet, shared);
    state.looked({ at: clock.now(), quota: share.quota, free: share.free });
    const take = new Set(share.take);
    for (const session of wanted) {
      if (!take.has(session.id)) continue;
      onMove(session.id, 'taken');
      void start(session);
    }
    // Not before the others know that it takes none: they would leave these to it.
    const isKnown = serves.some(({ isThis, isDraining }) => isThis && isDraining);
    const isLeft = state.isCutOff && isKnown && !fleet.members.includes(fleet.self);
    const all = isLeft ? shared.movable.map(({ id }) => id) : [];
    for (const id of letsGo && !isLeft ? share.letGo : all) {
      onMove(id, 'handed_over');
      void own.get(id)?.handOver();
    }
  };
  return async ({ letsGo }) => {
    try {
      await look(letsGo);
      failure = undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (failure !== why) warn(`sessions could not be looked up: ${why}`);
      failure = why;
    }
  };
}

/** Whether it should be online, or its pairing is to be finished. */
const isWanted = (session: Session, restedSince: number): boolean =>
  shouldBeOnline(session) ||
  isGivenUp(session, restedSince) ||
  (session.unconfirmed && !session.fence && session.status === 'disconnected');

const shouldBeOnline = (session: Session): boolean =>
  session.wantsOnline && !session.fence && mayBeLinked(session) && session.status === 'disconnected';

/** Whether it was given up, by that time, for something that passes. */
function isGivenUp(session: Session, byMs: number): boolean {
  const { wantsOnline, status, lastClose, damaged, fence } = session;
  return (
    !damaged &&
    !fence &&
    wantsOnline &&
    mayBeLinked(session) &&
    status === 'failed' &&
    lastClose !== null &&
    lastClose.at.getTime() <= byMs &&
    ruleOf(lastClose).next === 'retry'
  );
}

type BringParts = Pick<OnlineSupervisorParts, 'maxRetries' | 'signal' | 'warn'> & {
  readonly holder: Pick<Holder, 'bringOnline'>;
};

/** Not awaited: the end of a session is stored, and its events tell it. Resolves to whether it failed, other than to a faster process. */
export const bring = (parts: BringParts, session: Session): Promise<boolean> =>
  unwatched(parts, session, ({ signal }) =>
    parts.holder.bringOnline(session, { signal, maxRetries: parts.maxRetries }),
  );

/** A pairing that was cut short: one login confirms it, or finds that the phone does not list the device. */
const finish = (parts: OnlineSupervisorParts, session: Session): Promise<boolean> =>
  unwatched(parts, session, ({ signal }) => parts.holder.check(session, { signal }));

async function unwatched(
  { signal, warn }: Pick<OnlineSupervisorParts, 'signal' | 'warn'>,
  { id }: Session,
  work: (options: { readonly signal: AbortSignal }) => Promise<unknown>,
): Promise<boolean> {
  try {
    await work({ signal });
    return false;
  } catch (error) {
    if (!signal.aborted && !(error instanceof WactlError)) warn(`${id}: ${String(error)}`);
    return !(error instanceof WactlError && error.code === 'in_use');
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const ignore = (): void => undefined;
