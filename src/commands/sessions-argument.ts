import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { Session } from '../domain/session.ts';

export type SessionsArgument = { readonly ids: readonly string[]; readonly all: boolean };

/** A page big enough for any store. */
const everything = { page: 1, perPage: 1_000_000 };

/** The sessions that ids or --all ask for, each once. Throws UsageError when neither or both are given. */
export async function sessionsOf(cx: Context, { ids, all }: SessionsArgument): Promise<readonly Session[]> {
  if (all === ids.length > 0) {
    throw new UsageError(
      all ? 'give ids or --all, not both' : 'no session given',
      'name one or more, or add --all',
    );
  }
  const wactl = await cx.wactl();
  if (all) return (await wactl.list(everything)).sessions;
  const sessions = new Map<string, Session>();
  for (const id of ids) {
    const session = await wactl.find(id);
    sessions.set(session.id, session);
  }
  return [...sessions.values()];
}
