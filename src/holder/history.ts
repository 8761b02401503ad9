import { ruleOf } from '../session/close.ts';
import type { Close } from '../session/close.ts';
import type { Identity } from '../session/session.ts';
import type { HolderParts } from './parts.ts';

/** Writes down that the session is logged in. At rest it is `disconnected`: only who holds it can say more. */
export async function recordLogin(
  { store, clock }: HolderParts,
  id: string,
  identity: Identity,
): Promise<void> {
  const now = clock.now();
  await store.update(id, {
    status: 'disconnected',
    lastConnectedAt: now,
    lastSeenAt: now,
    ...(identity.pushName === null ? {} : { pushName: identity.pushName }),
    ...(identity.lid === null ? {} : { lid: identity.lid }),
  });
}

/** Writes down that the session was online until now. */
export async function recordSeen({ store, clock }: HolderParts, id: string): Promise<void> {
  await store.update(id, { lastSeenAt: clock.now() });
}

/**
 * Writes down how a connection of a paired session ended. An unlinked device's credentials are worth nothing and are
 * erased. One that was closed from here is no news and leaves the last close as it was.
 */
export async function recordClose({ store }: HolderParts, id: string, close: Close): Promise<void> {
  const { isOwn, isUnlinked } = ruleOf(close);
  if (isOwn) return;
  if (isUnlinked) await store.erase(id, 'logged_out');
  await store.update(id, { lastClose: close });
}
