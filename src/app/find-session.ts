import { SessionNotFoundError, UsageError, WactlError } from '../errors.ts';
import { randomSessionId, sessionIdFromName, validateSessionId } from '../domain/session-id.ts';
import type { Session } from '../domain/session.ts';
import type { SessionRecords } from '../ports/store.ts';

/** How many ids an ambiguous prefix names. */
const candidatesShown = 5;

/** The session with this id, or the only one whose id begins so. Throws `not_found` or `ambiguous_id`. */
export async function findSession(
  store: Pick<SessionRecords, 'get' | 'idsWithPrefix'>,
  given: string,
): Promise<Session> {
  return sessionAt(store, await resolveSessionId(store, given));
}

/** The session with exactly this id. Throws `not_found`. */
export async function sessionAt(store: Pick<SessionRecords, 'get'>, id: string): Promise<Session> {
  const session = await store.get(id);
  if (!session) throw new SessionNotFoundError(id);
  return session;
}

/** The id for a new session: as given, else derived from the name, else random and free. Throws UsageError. */
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

/** The id that a person means: an exact match, else the only id with this prefix. Throws `not_found` or `ambiguous_id`. */
export async function resolveSessionId(
  store: Pick<SessionRecords, 'idsWithPrefix'>,
  given: string,
): Promise<string> {
  if (given === '') throw new UsageError('the session id is empty', 'see them with: wactl list');
  const candidates = await store.idsWithPrefix(given, candidatesShown + 1);
  const [first] = candidates;
  // Sorted, so an exact match comes first.
  if (first === undefined) throw new SessionNotFoundError(given);
  if (first === given || candidates.length === 1) return first;
  const shown = candidates.slice(0, candidatesShown).join(', ');
  const more = candidates.length > candidatesShown ? ', …' : '';
  throw new WactlError('ambiguous_id', `several sessions begin with "${given}"`, `one of: ${shown}${more}`);
}
