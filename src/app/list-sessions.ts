import type { SessionPage } from '../ports/store.ts';
import type { ListQuery } from '../ports/wactl.ts';
import type { AppParts } from './parts.ts';

/** A page of sessions with their live statuses, or those whose id begins with a prefix. */
export async function listSessions(
  parts: Pick<AppParts, 'records' | 'heldStatuses'>,
  { idPrefix, ...query }: ListQuery,
): Promise<SessionPage> {
  const records = await parts.records();
  if (idPrefix === undefined) return records.list({ ...query, live: await parts.heldStatuses() });
  const ids = await records.idsWithPrefix(idPrefix, query.perPage);
  const found = await Promise.all(ids.map((id) => records.get(id)));
  const sessions = found.flatMap((session) => session ?? []);
  return { sessions, total: sessions.length };
}
