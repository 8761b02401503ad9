import { ruleOf } from '../domain/close.ts';
import type { Close } from '../domain/close.ts';
import type { HolderParts } from './parts.ts';

/** Writes down that the session was online until now. */
export async function recordSeen({ store, clock }: HolderParts, id: string): Promise<void> {
  await store.update(id, { lastSeenAt: clock.now() });
}

/**
 * Writes down how a connection of a session ended, and answers with what that means. An unlinked device's credentials are
 * worth nothing and are erased; where no login had confirmed them, it is their pairing that was refused. A close from here
 * is no news and leaves the last close as it was.
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
