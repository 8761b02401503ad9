import { WactlError, SessionNotFoundError } from '../errors.ts';
import { randomSessionId, resolveSessionId, sessionIdFromName, validateSessionId } from './session-id.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

/** The session with this id, or the only one whose id begins so. Throws `not_found` or `ambiguous_id`. */
export async function findSession(store: SessionStore, given: string): Promise<Session> {
  const id = await resolveSessionId(store, given);
  const session = await store.get(id);
  if (!session) throw new SessionNotFoundError(given);
  return session;
}
