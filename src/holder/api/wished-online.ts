import { closeTable } from '../../session/close.ts';
import { WactlError } from '../../errors.ts';
import type { Clock } from '../../session/clock.ts';
import type { Holder } from '../../session/holder.ts';
import type { Session } from '../../session/session.ts';
import type { SessionRecords } from '../../session/session-store.ts';

/** How often it looks for sessions that should be online and that nobody holds (any more). */
const lookEveryMs = 30_000;
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

/** Brings online what should be, and looks again every half a minute, until the signal is aborted. */
export async function keepWishedOnline(parts: WishedOnlineParts): Promise<void> {
  const { records, holder, clock, signal, warn } = parts;
  // What was given up for want of a network gets another chance when the machine comes up again.
  let isWished = (session: Session): boolean => shouldBeOnline(session) || wasGivenUp(session);
  while (!signal.aborted) {
    try {
      const [{ sessions }, held] = await Promise.all([records.list(everything), holder.heldStatuses()]);
      for (const session of sessions) {
        if (isWished(session) && !held.has(session.id)) void bring(parts, session);
      }
    } catch (error) {
      warn(`sessions could not be looked up: ${error instanceof Error ? error.message : String(error)}`);
    }
    isWished = shouldBeOnline;
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}

const shouldBeOnline = ({ wantsOnline, paired, status }: Session): boolean =>
  wantsOnline && paired && status === 'disconnected';

const wasGivenUp = ({ wantsOnline, paired, status, lastClose }: Session): boolean =>
  wantsOnline &&
  paired &&
  status === 'failed' &&
  lastClose !== null &&
  closeTable[lastClose.reason].next === 'retry';

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
