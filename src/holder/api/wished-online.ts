import { ruleOf } from '../../session/close.ts';
import { WactlError } from '../../errors.ts';
import type { Clock } from '../../session/clock.ts';
import type { Holder } from '../../session/holder.ts';
import type { Session } from '../../session/session.ts';
import type { SessionRecords } from '../../session/session-store.ts';

/** How often it looks for sessions that should be online and that nobody holds (any more). */
const lookEveryMs = 30_000;
/** How long a session rests that was given up for want of a network. */
const restMs = 15 * 60_000;
const everything = { page: 1, perPage: 1_000_000 };

export type WishedOnlineParts = {
  readonly records: Pick<SessionRecords, 'list'>;
  readonly holder: Pick<Holder, 'bringOnline' | 'heldStatuses'>;
  readonly clock: Clock;
  readonly maxRetries: number;
  readonly signal: AbortSignal;
  /** A sentence on what went wrong. */
  readonly warn: (sentence: string) => void;
};

/**
 * Brings online what should be, and looks again every half a minute, until the signal is aborted. What was given up for
 * want of a network gets another chance at the start, and whenever it has rested.
 */
export async function keepWishedOnline(parts: WishedOnlineParts): Promise<void> {
  const { records, holder, clock, signal, warn } = parts;
  let restsFor = 0;
  const told = new Set<string>();
  while (!signal.aborted) {
    try {
      const [{ sessions }, held] = await Promise.all([records.list(everything), holder.heldStatuses()]);
      const damaged = sessions
        .filter((session) => session.damaged && !told.has(session.id))
        .map(({ id }) => id);
      if (damaged.length > 0) warn(`what is stored of these sessions is damaged: ${damaged.join(', ')}`);
      for (const id of damaged) told.add(id);
      const restedSince = clock.now().getTime() - restsFor;
      for (const session of sessions) {
        const isDue = shouldBeOnline(session) || isGivenUp(session, restedSince);
        if (isDue && !held.has(session.id)) void bring(parts, session);
      }
    } catch (error) {
      warn(`sessions could not be looked up: ${error instanceof Error ? error.message : String(error)}`);
    }
    restsFor = restMs;
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}

const shouldBeOnline = ({ wantsOnline, paired, status }: Session): boolean =>
  wantsOnline && paired && status === 'disconnected';

/** Whether it was given up, by that time, for something that passes. */
const isGivenUp = ({ wantsOnline, paired, status, lastClose, damaged }: Session, byMs: number): boolean =>
  !damaged &&
  wantsOnline &&
  paired &&
  status === 'failed' &&
  lastClose !== null &&
  lastClose.at.getTime() <= byMs &&
  ruleOf(lastClose).next === 'retry';

/** What ends it is stored and told by its events: here nobody waits for it. */
export async function bring(
  { holder, signal, maxRetries, warn }: Omit<WishedOnlineParts, 'records' | 'clock'>,
  session: Session,
): Promise<void> {
  try {
    await holder.bringOnline(session, { signal, maxRetries });
  } catch (error) {
    if (!signal.aborted && !(error instanceof WactlError)) warn(`${session.id}: ${String(error)}`);
  }
}
