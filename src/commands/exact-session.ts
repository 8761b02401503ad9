import type { Context } from '../context.ts';
import { SessionNotFoundError } from '../errors.ts';
import type { Session } from '../domain/session.ts';

/**
 * The session with exactly this id: what destroys takes no prefix, which means another session once the first is gone.
 * Throws `not_found`, with the id that was probably meant, or `ambiguous_id`.
 */
export async function exactSession(cx: Context, id: string): Promise<Session> {
  const session = await (await cx.wactl()).find(id);
  if (session.id === id) return session;
  throw new SessionNotFoundError(id, `this needs the whole id; did you mean: ${session.id}`);
}

/** Like `exactSession`, for several; each once. */
export async function exactSessions(cx: Context, ids: readonly string[]): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  for (const id of new Set(ids)) sessions.push(await exactSession(cx, id));
  return sessions;
}

/** A session as a question names it: "my-phone (+15551234567)". */
export const named = ({ id, phoneNumber }: Pick<Session, 'id' | 'phoneNumber'>): string =>
  phoneNumber === null ? id : `${id} (+${phoneNumber})`;
