import { WactlError } from '../errors.ts';
import { ClosedError, closeTable } from '../session/close.ts';
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
  const late = new WactlError(
    'timed_out',
    `${session.id}: not answered in time`,
    'allow more with --timeout',
  );
  const deadline = startDeadline(parts.clock, signal, timeoutMs, () => late);
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
    if (error instanceof ClosedError) return await answer(parts, session, error.close, null);
    if (error !== late) throw error;
    return await answer(parts, session, { reason: 'timed_out', code: null, at: parts.clock.now() }, null);
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
  const status = profile
    ? 'logged_in'
    : close && isFinal(close)
      ? closeTable[close.reason].restingStatus
      : now.status;
  return { session: now, status, close, profile, asOf: clock.now() };
}

const isFinal = (close: Close): boolean => closeTable[close.reason].next === 'final';
