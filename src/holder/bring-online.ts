import type { Clock } from '../ports/clock.ts';
import type { HoldOptions, OnHolderEvent } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import { abortable } from './abortable.ts';
import { startDeadline } from '../domain/deadline.ts';
import type { SessionRunner } from './session-runner.ts';
import { notInTime } from './check.ts';
import type { ActionResult } from '../domain/held.ts';

/**
 * Takes a session to keep it online. Resolves as soon as it is online, or when the time is up: the work then continues.
 * Throws the error that ended it earlier. Resolves to null when another process has the session.
 */
export async function bringOnline(
  clock: Clock,
  { id }: Session,
  { signal, timeoutMs }: HoldOptions,
  take: (onEvent: OnHolderEvent) => SessionRunner<ActionResult>,
): Promise<{ readonly value: ActionResult } | null> {
  const late = notInTime(id);
  const deadline = startDeadline(clock, signal, timeoutMs, () => late);
  let held: SessionRunner<ActionResult> | undefined;
  try {
    const online = new Promise<{ value: ActionResult }>((resolve) => {
      held = take((event) => {
        if (event.kind !== 'status' || event.status !== 'logged_in') return;
        resolve({ value: { id, status: 'logged_in', details: 'online' } });
      });
    });
    // Once it is online, nothing here waits for its end.
    const ended = held?.outcome ?? Promise.resolve(null);
    ended.catch(() => undefined);
    return await abortable(Promise.race([online, ended]), deadline.signal);
  } catch (error) {
    if (error !== late) throw error;
    return {
      value: { id, status: held?.status ?? 'connecting', details: 'not online yet; still trying' },
    };
  } finally {
    deadline.end();
  }
}
