import type { Context } from '../context.ts';
import { SessionNotFoundError } from '../errors.ts';
import { joinSignals } from '../domain/join-signals.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { HolderEvent, LiveStatus } from '../domain/held.ts';

/** How long to wait before the next look at a session that no process holds, so that there are no events to follow. */
const lookAgainMs = 500;
/** The same after WhatsApp was asked and could not be reached. */
const askAgainMs = 5_000;

/**
 * Waits until a session has the expected status, by following the process that holds it. If WhatsApp was asked, returns
 * the last answer: the expected status, or the status when the time was up.
 */
export async function waitForStatus(
  cx: Context,
  session: Session,
  expected: SessionStatus,
  timeoutMs: number,
): Promise<LiveStatus | undefined> {
  const late = new AbortController();
  const ended = new AbortController();
  cx.clock.sleep(timeoutMs, ended.signal).then(
    () => late.abort(),
    () => undefined,
  );
  const { signal, end } = joinSignals(cx.signal, late.signal);
  let live: LiveStatus | undefined;
  try {
    for (;;) {
      if (await isFollowed(cx, session, expected, signal)) return undefined;
      const now = await (await cx.store()).get(session.id);
      if (!now) throw new SessionNotFoundError(session.id);
      const asks = expected === 'logged_in' && mayBeLinked(now);
      if (asks) live = await (await cx.holder()).check(now, { signal });
      if ((asks ? live?.status : now.status) === expected) return live;
      await cx.clock.sleep(asks ? askAgainMs : lookAgainMs, signal);
    }
  } catch (error) {
    cx.signal.throwIfAborted();
    if (late.signal.aborted) return live;
    throw error;
  } finally {
    ended.abort();
    end();
  }
}

/** Follows the process that holds it until that lets go. True as soon as the session has the expected status. */
async function isFollowed(
  cx: Context,
  session: Session,
  expected: SessionStatus,
  signal: AbortSignal,
): Promise<boolean> {
  const holder = await cx.holder();
  const met = new AbortController();
  const look = (event: HolderEvent): void => {
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

function statusIn(event: HolderEvent): SessionStatus | undefined {
  if (event.kind === 'status') return event.status;
  if (event.kind === 'qr') return 'waiting_for_qr';
  return event.kind === 'pair_code' ? 'waiting_for_pair_code' : undefined;
}
