import { WactlError } from '../errors.ts';
import { startDeadline } from '../domain/deadline.ts';
import { assertUnfenced } from '../domain/connectable.ts';
import type { ActionResult } from '../domain/held.ts';
import { joinSignals } from '../domain/join-signals.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { SessionStatus } from '../domain/session.ts';
import type { KeepOptions } from '../ports/holder.ts';
import { sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';

/**
 * Brings a session online in a process that stays, and stores that it should be; if another caller is already doing so,
 * waits for the result within the same time. Throws the final close.
 */
export async function connectSession(
  parts: Pick<AppParts, 'records' | 'holder' | 'clock'>,
  id: string,
  options: KeepOptions,
): Promise<ActionResult> {
  const { clock } = parts;
  const { signal, timeoutMs } = options;
  const records = await parts.records();
  const stored = await sessionAt(records, id);
  assertUnfenced(stored);
  const session = mayBeLinked(stored) ? await records.update(id, { wantsOnline: true }) : stored;
  const holder = await parts.holder();
  const since = clock.now().getTime();
  const result = await holder.bringOnline(session, options);
  const leftMs = timeoutMs === undefined ? undefined : timeoutMs - (clock.now().getTime() - since);
  if (result.status === 'logged_in' || (leftMs !== undefined && leftMs <= 0)) return result;
  let status = result.status as SessionStatus;
  const enough = new AbortController();
  const late = new WactlError('timed_out', `${id} is not online yet`);
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
