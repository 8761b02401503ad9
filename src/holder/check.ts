import { WactlError } from '../errors.ts';
import { ClosedError } from '../session/close.ts';
import type { Close } from '../session/close.ts';
import type { HoldOptions, LiveStatus } from '../session/holder.ts';
import type { Session } from '../session/session.ts';
import type { Profile } from '../session/whatsapp.ts';
import { startDeadline } from './deadline.ts';
import type { HolderParts } from './parts.ts';
import { runReconnectLoop } from './reconnect-loop.ts';

/** Logs in once, reads the profile, closes. A session that is not paired is answered without a connection. */
export async function checkSession(
  parts: HolderParts,
  session: Session,
  { signal, timeoutMs }: HoldOptions,
): Promise<LiveStatus> {
  if (!session.paired) return answer(parts, session, session.lastClose, null);
  const late = () => new WactlError('timed_out', `${session.id}: not answered in time`);
  const deadline = startDeadline(parts.clock, signal, timeoutMs, late);
  let profile: Profile | null = null;
  try {
    await runReconnectLoop(parts, session, {
      goal: { kind: 'login' },
      maxRetries: 0,
      storedBudget: false,
      signal: deadline.signal,
      onEvent: () => undefined,
      onLogin: async ({ connection }) => {
        profile = await connection.profile(deadline.signal);
        return true;
      },
    });
    return await answer(parts, session, null, profile);
  } catch (error) {
    const close = closeOf(error, parts.clock.now());
    if (!close) throw error;
    return await answer(parts, session, close, null);
  } finally {
    deadline.end();
  }
}

async function answer(
  { store, clock }: HolderParts,
  session: Session,
  close: Close | null,
  profile: Profile | null,
): Promise<LiveStatus> {
  const now = (await store.get(session.id)) ?? session;
  return { session: now, status: profile ? 'logged_in' : now.status, close, profile, asOf: clock.now() };
}

/** The close behind a failure that is an answer: the line's own, or that of a profile that did not come. */
function closeOf(error: unknown, at: Date): Close | null {
  if (error instanceof ClosedError) return error.close;
  if (!(error instanceof WactlError)) return null;
  const { code } = error;
  return code === 'timed_out' || code === 'unreachable' ? { reason: code, code: null, at } : null;
}
