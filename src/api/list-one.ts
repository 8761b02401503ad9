import { foldForSearch, searchTextOf } from '../domain/search.ts';
import type { ListQuery, Wactl } from '../ports/wactl.ts';

const any = 1_000_000;

/** A page of sessions as if there were only this one. */
export async function listOne(
  wactl: Pick<Wactl, 'list'>,
  id: string,
  { search = '', idPrefix, statuses = [], page }: ListQuery,
): ReturnType<Wactl['list']> {
  // The store looks for its id, which few others contain.
  const { sessions } = await wactl.list({ statuses, search: id, page: 1, perPage: any });
  const found = sessions
    .filter((session) => session.id === id)
    .filter((session) => idPrefix === undefined || session.id.startsWith(idPrefix))
    .filter((session) => searchTextOf(session).includes(foldForSearch(search)));
  return { sessions: page === 1 ? found : [], total: found.length };
}
