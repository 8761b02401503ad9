import { WactlError } from '../errors.ts';
import { ClosedError } from '../session/close.ts';
import type { ActionResult, HoldOptions } from '../session/holder.ts';
import type { Session } from '../session/session.ts';
import { startDeadline } from './deadline.ts';
import type { HolderParts } from './parts.ts';
import { runReconnectLoop } from './reconnect-loop.ts';

/**
 * Unlinks the device, then erases its credentials: in this order, since without them nothing here could unlink it
 * any more. Throws, and keeps everything, when WhatsApp cannot be asked.
 */
export async function logoutSession(
  parts: HolderParts,
  session: Session,
  { signal, timeoutMs }: HoldOptions,
): Promise<ActionResult> {
  const done = (details: string): ActionResult => ({ id: session.id, status: 'logged_out', details });
  if (!session.paired)
    return { ...done('it was not paired: there was nothing to unlink'), status: session.status };
  const deadline = startDeadline(
    parts.clock,
    signal,
    timeoutMs,
    () => new WactlError('timed_out', `${session.id}: not answered in time`, 'allow more with --timeout'),
  );
  try {
    await runReconnectLoop(parts, session, {
      goal: { kind: 'login' },
      maxRetries: 0,
      storedBudget: false,
      signal: deadline.signal,
      onEvent: () => undefined,
      onLogin: async ({ connection }) => {
        await connection.logout(deadline.signal);
        await parts.store.erase(session.id, 'logged_out');
        return true;
      },
    });
    return done('unlinked from the phone; the record and its settings are kept');
  } catch (error) {
    if (error instanceof ClosedError && error.close.reason === 'logged_out') {
      return done('the phone had already unlinked it; the record and its settings are kept');
    }
    throw error;
  } finally {
    deadline.end();
  }
}
