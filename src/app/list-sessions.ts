import type { Session } from '../domain/session.ts';
import type { SessionPage } from '../ports/store.ts';
import type { ListQuery } from '../ports/wactl.ts';
import type { AppParts } from './parts.ts';

const withHost = (session: Session, host: string | undefined): Session =>
  host === undefined ? session : { ...session, host };

/** A page of sessions with their live statuses, or those whose id begins with a prefix. */
export async function listSessions(
  parts: Pick<AppParts, 'records' | 'heldStatuses' | 'elsewhere'>,
  { idPrefix, ...query }: ListQuery,
): Promise<SessionPage> {
  const records = await parts.records();
  if (idPrefix === undefined) {
    const [live, elsewhere] = await Promise.all([parts.heldStatuses(), parts.elsewhere()]);
    const { sessions, total } = await records.list({ ...query, live });
    return { sessions: sessions.map((session) => withHost(session, elsewhere.get(session.id))), total };
  }
  const ids = await records.idsWithPrefix(idPrefix, query.perPage);
  const found = await Promise.all(ids.map((id) => records.get(id)));
  const sessions = found.flatMap((session) => session ?? []);
  return { sessions, total: sessions.length };
}
