import { ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { HoldOptions } from '../ports/holder.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { notInTime } from './check.ts';
import { startDeadline } from '../domain/deadline.ts';
import { recordLogout } from './history.ts';
import { lookIn } from './look-in.ts';
import type { TaskContext } from './task.ts';
import type { ActionResult } from '../domain/held.ts';

/**
 * Unlinks the device, then erases its credentials. In this order, because wactl could no longer unlink the device
 * without them. Throws, and keeps everything, when WhatsApp cannot be asked.
 */
export async function logoutSession(
  context: TaskContext,
  { timeoutMs }: Pick<HoldOptions, 'timeoutMs'>,
): Promise<ActionResult> {
  const { parts, session, signal, tell } = context;
  const done = (details: string): ActionResult => ({ id: session.id, status: 'logged_out', details });
  if (!mayBeLinked(session)) return nothingToUnlink(session);
  const deadline = startDeadline(parts.clock, signal, timeoutMs, () => notInTime(session.id));
  let isAsked = false;
  try {
    await lookIn(context, deadline.signal, async ({ connection }) => {
      isAsked = true;
      await connection.logout(deadline.signal);
      await recordLogout(parts, session.id);
      tell({ kind: 'status', status: 'logged_out', close: null, retryInMs: null });
      return true;
    });
    return done('unlinked from the phone; the record and its settings are kept');
  } catch (error) {
    if (error instanceof ClosedError && ruleOf(error.close).isUnlinked) {
      // WhatsApp may cut the connection instead of answering.
      if (isAsked) await recordLogout(parts, session.id);
      return done('the phone had already unlinked it; the record and its settings are kept');
    }
    const isRefused = error instanceof ClosedError && error.close.reason === 'pairing_refused';
    if (isRefused) return nothingToUnlink(session);
    throw error;
  } finally {
    deadline.end();
  }
}

/** The result of a logout of a session that is not paired. */
export const nothingToUnlink = ({ id, status }: Session): ActionResult => ({
  id,
  status,
  details: 'not paired, so there was nothing to unlink',
});
