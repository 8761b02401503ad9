import { joinSignals } from '../domain/join-signals.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { LiveStatus } from '../domain/held.ts';
import type { Clock } from '../ports/clock.ts';
import type { FollowedEvent, Holder, HoldOptions } from '../ports/holder.ts';
import type { SessionRecords } from '../ports/store.ts';
import { sessionAt } from './find-session.ts';

/** What waiting needs, of this machine or of another. */
export type WaitParts = {
  readonly records: () => Promise<Pick<SessionRecords, 'get'>>;
  readonly holder: () => Promise<Pick<Holder, 'follow' | 'check'>>;
  readonly clock: Clock;
};

/** How long to wait before the next look at a session that no process holds, so that there are no events to follow. */
const lookAgainMs = 500;
/** The same after WhatsApp was asked and could not be reached. */
const askAgainMs = 5_000;

/**
 * Waits until a session has the expected status, by following the process that holds it. If WhatsApp was asked, returns
 * the last answer: the expected status, or the status when the time was up.
 */
export async function waitForStatus(
  parts: WaitParts,
  session: Pick<Session, 'id'>,
  expected: SessionStatus,
  options: HoldOptions,
): Promise<LiveStatus | undefined> {
  const late = new AbortController();
  const ended = new AbortController();
  const { clock } = parts;
  if (options.timeoutMs !== undefined) {
    clock.sleep(options.timeoutMs, ended.signal).then(
      () => late.abort(),
      () => undefined,
    );
  }
  const { signal, end } = joinSignals(options.signal, late.signal);
  let live: LiveStatus | undefined;
  try {
    for (;;) {
      if (await isFollowed(parts, session, expected, signal)) return undefined;
      const now = await sessionAt(await parts.records(), session.id);
      const asks = expected === 'logged_in' && mayBeLinked(now);
      if (asks) live = await (await parts.holder()).check(now, { signal });
      if ((asks ? live?.status : now.status) === expected) return live;
      await clock.sleep(asks ? askAgainMs : lookAgainMs, signal);
    }
  } catch (error) {
    options.signal.throwIfAborted();
    if (late.signal.aborted) return live;
    throw error;
  } finally {
    ended.abort();
    end();
  }
}

/** Follows the process that holds it until that lets go. True as soon as the session has the expected status. */
async function isFollowed(
  parts: WaitParts,
  session: Pick<Session, 'id'>,
  expected: SessionStatus,
  signal: AbortSignal,
): Promise<boolean> {
  const holder = await parts.holder();
  const met = new AbortController();
  const look = (event: FollowedEvent): void => {
    if (statusIn(event) === expected) met.abort();
  };
  const over = joinSignals(signal, met.signal);
  try {
    await holder.follow(session, { signal: over.signal }, look);
  } catch (error) {
    if (!met.signal.aborted) throw error;
  } finally {
    over.end();
  }
  return met.signal.aborted;
}

function statusIn(event: FollowedEvent): SessionStatus | undefined {
  if (event.kind === 'status') return event.status;
  if (event.kind === 'qr') return 'waiting_for_qr';
  if (event.kind === 'passkey') return 'waiting_for_passkey';
  return event.kind === 'pair_code' ? 'waiting_for_pair_code' : undefined;
}
