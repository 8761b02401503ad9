import { ruleOf } from '../domain/close-table.ts';
import type { Close } from '../domain/close.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { HolderParts } from './parts.ts';

/** Records that the session was online until now. */
export async function recordSeen({ store, clock }: HolderParts, id: string): Promise<void> {
  await store.update(id, { lastSeenAt: clock.now() });
}

/**
 * Records how a session's connection ended, and resolves to what that means. The credentials of an unlinked device are
 * useless and are erased; if no login had confirmed them, their pairing was refused. A close from this side leaves the
 * last close as it was.
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

/** Erases the credentials of a device that was unlinked from here, and records that. */
export async function recordLogout({ store, clock }: HolderParts, id: string): Promise<void> {
  await store.erase(id, 'logged_out', { reason: 'unlinked_here', code: null, at: clock.now() });
}
