import { WactlError } from '../errors.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { Close } from '../domain/close.ts';
import type { HoldOptions } from '../ports/holder.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { startDeadline } from '../domain/deadline.ts';
import { lookIn } from './look-in.ts';
import type { HolderParts } from './parts.ts';
import type { TaskContext } from './task.ts';
import type { LiveStatus } from '../domain/held.ts';
import type { Profile } from '../domain/profile.ts';

/** Logs in once, reads the profile, closes. A session that cannot be linked is reported without a connection. */
export async function checkSession(
  context: TaskContext,
  { timeoutMs }: Pick<HoldOptions, 'timeoutMs'>,
): Promise<LiveStatus> {
  const { parts, session, signal } = context;
  if (!mayBeLinked(session)) return answerOf(parts, session, session.lastClose, null);
  const late = () => notInTime(session.id);
  const deadline = startDeadline(parts.clock, signal, timeoutMs, late);
  let profile: Profile | null = null;
  try {
    await lookIn(context, deadline.signal, async ({ connection }) => {
      profile = await connection.profile(deadline.signal);
      return true;
    });
    return await answerOf(parts, session, null, profile);
  } catch (error) {
    const close = closeOfFailure(error, parts.clock.now());
    if (!close) throw error;
    return await answerOf(parts, session, close, null);
  } finally {
    deadline.end();
  }
}

/** The state of a session after a check. */
export async function answerOf(
  { store, clock }: Pick<HolderParts, 'store' | 'clock'>,
  session: Session,
  close: Close | null,
  profile: Profile | null,
): Promise<LiveStatus> {
  const now = (await store.get(session.id)) ?? session;
  return { session: now, status: profile ? 'logged_in' : now.status, close, profile, asOf: clock.now() };
}

/** WhatsApp took longer than was allowed. */
export const notInTime = (id: string): WactlError =>
  new WactlError('timed_out', `${id}: no answer in time`, 'allow more time with --timeout');

/**
 * The close behind a failure that counts as an answer: the connection's own close, or a profile that did not arrive.
 */
export function closeOfFailure(error: unknown, at: Date): Close | null {
  if (error instanceof ClosedError) return error.close;
  if (!(error instanceof WactlError)) return null;
  const { code } = error;
  return code === 'timed_out' || code === 'unreachable' ? { reason: code, code: null, at } : null;
}
