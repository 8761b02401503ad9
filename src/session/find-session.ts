import { SessionNotFoundError } from '../errors.ts';
import { randomSessionId, resolveSessionId, sessionIdFromName, validateSessionId } from './session-id.ts';
import type { Session } from './session.ts';
import type { SessionRecords } from './session-store.ts';

/** The session with this id, or the only one whose id begins so. Throws `not_found` or `ambiguous_id`. */
export async function findSession(
  store: Pick<SessionRecords, 'get' | 'idsWithPrefix'>,
  given: string,
): Promise<Session> {
  const session = await store.get(await resolveSessionId(store, given));
  if (!session) throw new SessionNotFoundError(given);
  return session;
}

/** The id for a new session: as given, else made from the name, else a random one that is free. Throws UsageError. */
export async function newSessionId(
  store: Pick<SessionRecords, 'get'>,
  { id, name }: { readonly id: string | undefined; readonly name?: string },
  random: () => number,
): Promise<string> {
  if (id !== undefined) return validateSessionId(id);
  const fromName = name === undefined ? undefined : sessionIdFromName(name);
  if (fromName !== undefined) return fromName;
  for (;;) {
    const made = randomSessionId(random);
    if (!(await store.get(made))) return made;
  }
}
