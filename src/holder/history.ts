import { ruleOf } from '../domain/close-table.ts';
import type { Close } from '../domain/close.ts';
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
  const isRefused = (await store.get(id))?.unconfirmed ?? false;
  const meant: Close = isRefused ? { ...close, reason: 'pairing_refused' } : close;
  await store.erase(id, 'logged_out');
  await store.update(id, { lastClose: meant });
  return meant;
}
