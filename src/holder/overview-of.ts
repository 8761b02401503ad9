import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { Lease } from '../ports/leases.ts';
import type { Overview } from '../ports/overview.ts';

/** Worked out from all sessions, and the leases that stand. `ownIds`: the sessions that this process has. */
export function overviewOf(
  sessions: readonly Session[],
  leases: readonly Lease[],
  ownIds: readonly string[],
): Overview {
  const wished = new Set(sessions.filter(({ wantsOnline }) => wantsOnline).map(({ id }) => id));
  const leased = new Set(leases.map(({ sessionId }) => sessionId));
  const kept = new Map<string, number>();
  const loggedIn = new Set<string>();
  for (const { sessionId, serverId, status } of leases) {
    if (serverId === undefined || !wished.has(sessionId)) continue;
    kept.set(serverId, (kept.get(serverId) ?? 0) + 1);
    if (status === 'logged_in') loggedIn.add(serverId);
  }
  return {
    kept,
    loggedIn,
    own: new Set(ownIds.filter((id) => wished.has(id))),
    free: sessions.filter(
      (session) =>
        !leased.has(session.id) && mayBeLinked(session) && (session.wantsOnline || session.unconfirmed),
    ),
    damaged: sessions.filter(({ damaged }) => damaged).map(({ id }) => id),
  };
}

/** A lease of this process for a session that it no longer holds could not be released: it does not count. */
export async function withoutStale(
  overview: Overview,
  own: { get(id: string): unknown },
  find: (id: string) => Promise<Session | undefined>,
): Promise<Overview> {
  const stale = [...overview.own].filter((id) => !own.get(id));
  if (stale.length === 0) return overview;
  const found = await Promise.all(stale.map(find));
  const free = found.flatMap((session) => session ?? []);
  return {
    ...overview,
    own: new Set([...overview.own].filter((id) => own.get(id))),
    free: [...overview.free, ...free],
  };
}
