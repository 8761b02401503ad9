import { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import { joinSignals } from '../domain/join-signals.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import { startDeadline } from '../domain/deadline.ts';
import type { ActionResult } from '../domain/held.ts';

export type ConnectOptions = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly maxRetries: number;
};

/**
 * Brings a session online; if another caller is already doing so, waits for the result within the same time.
 * Throws the final close.
 */
export async function connectAndWait(
  holder: Pick<Holder, 'bringOnline' | 'follow'>,
  session: Session,
  { clock, signal, timeoutMs, maxRetries }: ConnectOptions,
): Promise<ActionResult> {
  const since = clock.now().getTime();
  const result = await holder.bringOnline(session, { signal, timeoutMs, maxRetries });
  const leftMs = timeoutMs - (clock.now().getTime() - since);
  if (result.status === 'logged_in' || leftMs <= 0) return result;
  let status = result.status as SessionStatus;
  const enough = new AbortController();
  const late = new WactlError('timed_out', `${session.id} is not online yet`);
  const over = joinSignals(signal, enough.signal);
  const deadline = startDeadline(clock, over.signal, leftMs, () => late);
  try {
    await holder.follow(session, { signal: deadline.signal }, (event) => {
      if (event.kind !== 'status') return;
      status = event.status;
      if (status === 'logged_in') enough.abort();
    });
  } catch (error) {
    if (error !== late && !enough.signal.aborted) throw error;
  } finally {
    deadline.end();
    over.end();
  }
  const details = status === 'logged_in' ? 'online' : 'not online yet; still trying';
  return { ...result, status, details };
}
