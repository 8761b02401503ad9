import { ClosedError, ruleOf } from '../session/close.ts';
import type { ActionResult, HoldOptions } from '../session/holder.ts';
import type { Session } from '../session/session.ts';
import { notInTime } from './check.ts';
import { startDeadline } from './deadline.ts';
import { runReconnectLoop } from './reconnect-loop.ts';
import type { Stage } from './work.ts';

/**
 * Unlinks the device, then erases its credentials: in this order, since without them nothing here could unlink it
 * any more. Throws, and keeps everything, when WhatsApp cannot be asked.
 */
export async function logoutSession(
  { parts, session, signal, tell }: Stage,
  { timeoutMs }: Pick<HoldOptions, 'timeoutMs'>,
): Promise<ActionResult> {
  const done = (details: string): ActionResult => ({ id: session.id, status: 'logged_out', details });
  if (!session.paired) return nothingToUnlink(session);
  const deadline = startDeadline(parts.clock, signal, timeoutMs, () => notInTime(session.id));
  try {
    await runReconnectLoop(parts, session, {
      goal: () => ({ kind: 'login', passive: true }),
      maxRetries: 0,
      storedBudget: false,
      signal: deadline.signal,
      onEvent: tell,
      onLogin: async ({ connection }) => {
        await connection.logout(deadline.signal);
        await parts.store.erase(session.id, 'logged_out');
        tell({ kind: 'status', status: 'logged_out', close: null, retryInMs: null });
        return true;
      },
    });
    return done('unlinked from the phone; the record and its settings are kept');
  } catch (error) {
    if (error instanceof ClosedError && ruleOf(error.close).isUnlinked) {
      return done('the phone had already unlinked it; the record and its settings are kept');
    }
    throw error;
  } finally {
    deadline.end();
  }
}

/** What a logout of a session that is not paired comes to. */
export const nothingToUnlink = ({ id, status }: Session): ActionResult => ({
  id,
  status,
  details: 'it was not paired: there was nothing to unlink',
});
