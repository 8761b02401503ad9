import { ruleOf } from '../domain/close-table.ts';
import { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { SessionRecords } from '../ports/store.ts';

/** How often it looks for sessions that should be online and that no process holds (any more). */
const lookEveryMs = 30_000;
/** How long a session rests that was given up for want of a network. */
const restMs = 15 * 60_000;
const everything = { page: 1, perPage: 1_000_000 };

export type OnlineSupervisorParts = {
  readonly records: Pick<SessionRecords, 'list'>;
  readonly holder: Pick<Holder, 'bringOnline' | 'check' | 'heldStatuses'>;
  readonly clock: Clock;
  readonly maxRetries: number;
  readonly signal: AbortSignal;
  /** Called with a sentence about a failure. */
  readonly warn: (sentence: string) => void;
};

/**
 * Brings online the sessions that should be, finishes pairings that were cut short, and repeats every 30 s until the
 * signal is aborted. A session that was given up without a network is tried again at the start, and after each rest.
 */
export async function superviseOnline(parts: OnlineSupervisorParts): Promise<void> {
  const { records, holder, clock, signal, warn } = parts;
  let restsFor = 0;
  const told = new Set<string>();
  while (!signal.aborted) {
    try {
      const [{ sessions }, held] = await Promise.all([records.list(everything), holder.heldStatuses()]);
      const damaged = sessions
        .filter((session) => session.damaged && !told.has(session.id))
        .map(({ id }) => id);
      if (damaged.length > 0) warn(`the stored data of these sessions is damaged: ${damaged.join(', ')}`);
      for (const id of damaged) told.add(id);
      const restedSince = clock.now().getTime() - restsFor;
      for (const session of sessions) {
        if (held.has(session.id)) continue;
        if (shouldBeOnline(session) || isGivenUp(session, restedSince)) void bring(parts, session);
        else if (session.unconfirmed && !session.fence && session.status === 'disconnected')
          void finish(parts, session);
      }
    } catch (error) {
      warn(`sessions could not be looked up: ${error instanceof Error ? error.message : String(error)}`);
    }
    restsFor = restMs;
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}

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

/** Not awaited: the end of a session is stored, and its events tell it. */
export const bring = (parts: BringParts, session: Session): Promise<void> =>
  unwatched(parts, session, ({ signal }) =>
    parts.holder.bringOnline(session, { signal, maxRetries: parts.maxRetries }),
  );

/** A pairing that was cut short: one login confirms it, or finds that the phone does not list the device. */
const finish = (parts: OnlineSupervisorParts, session: Session): Promise<void> =>
  unwatched(parts, session, ({ signal }) => parts.holder.check(session, { signal }));

async function unwatched(
  { signal, warn }: Pick<OnlineSupervisorParts, 'signal' | 'warn'>,
  { id }: Session,
  work: (options: { readonly signal: AbortSignal }) => Promise<unknown>,
): Promise<void> {
  try {
    await work({ signal });
  } catch (error) {
    if (!signal.aborted && !(error instanceof WactlError)) warn(`${id}: ${String(error)}`);
  }
}
