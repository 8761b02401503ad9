import { ruleOf } from '../domain/close-table.ts';
import type { Close } from '../domain/close.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { SessionStatus } from '../domain/session.ts';
import type { HolderParts } from './parts.ts';

/** Records that the session was online until now. */
export async function recordSeen({ store, clock }: HolderParts, id: string): Promise<void> {
  await store.update(id, { lastSeenAt: clock.now() });
}

/**
 * Records how a session's connection ended, and resolves to what that means. The credentials of an unlinked device are
 * useless and are erased; if no login had confirmed them, their pairing was refused. A close from this side leaves the
 * last close as it was. Throws LeaseLostError when the session is another process's: the new connection is what has closed this one
 * (440), which says nothing about the session, so nothing is decided by it.
 */
export async function recordClose({ store }: HolderParts, id: string, close: Close): Promise<Close> {
  const { isOwn, isUnlinked } = ruleOf(close);
  if (isOwn) return close;
  if (!isUnlinked) {
    await store.update(id, { lastClose: close });
    return close;
  }
  const session = await store.get(id);
  // How it was unlinked is known by now.
  if (session && !mayBeLinked(session) && session.status === 'logged_out') return close;
  const isRefused = session?.unconfirmed ?? false;
  const meant: Close = isRefused ? { ...close, reason: 'pairing_refused' } : close;
  await store.erase(id, 'logged_out', meant);
  return meant;
}

/**
 * Records why a pairing failed, and resolves to the status in which the session now rests. A session that was unlinked stays
 * `logged_out`. The record of a device that a phone may list tells of that device alone, so it is left as it was.
 */
export async function recordFailedPairing(
  { store }: Pick<HolderParts, 'store'>,
  id: string,
  close: Close,
): Promise<SessionStatus> {
  const { isOwn, restingStatus } = ruleOf(close);
  const session = await store.get(id);
  if (isOwn || !session || session.damaged || mayBeLinked(session)) return restingStatus;
  const isUnlinked = session.status === 'logged_out' && restingStatus === 'disconnected';
  const status = isUnlinked ? 'logged_out' : restingStatus;
  await store.update(id, { lastClose: close, status });
  return status;
}

/** Erases the credentials of a device that was unlinked from here, and records that. */
export async function recordLogout({ store, clock }: HolderParts, id: string): Promise<void> {
  await store.erase(id, 'logged_out', { reason: 'unlinked_here', code: null, at: clock.now() });
}
