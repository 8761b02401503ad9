import { sessionRecord, wholeRecord } from '../schema/session-record.ts';
import { shownTo } from './access.ts';
import { answer } from './answer.ts';
import type { Handler } from './api-request.ts';
import { errorBody } from './error-answer.ts';
import { listOne } from './list-one.ts';
import type { Pairings } from './pairings.ts';
import type { ApiParts } from './parts.ts';
import { sessionQuery } from './read-query.ts';
import { readNewSession, readSessionChange } from './read-session.ts';

/** Sessions as they are kept: made, listed, shown, changed, removed. */
export function recordHandlers(parts: ApiParts, pairings: Pairings) {
  const { wactl } = parts;

  const createSession: Handler = async ({ body, signal }) => {
    const { draft, connect } = readNewSession(body, parts.defaults());
    const made = await wactl.create(draft, { signal });
    const headers = { location: `/api/v1/sessions/${made.id}` };
    if (!connect) return answer<'Session'>(sessionRecord(made), { status: 201, headers });
    const session = await wactl.update(made.id, { wantsOnline: true }, { signal });
    pairings.start(session.id, { kind: 'pair_by_qr' });
    return answer<'Session'>(sessionRecord({ ...session, status: 'connecting' }), { status: 201, headers });
  };

  const listSessions: Handler = async ({ query, access }) => {
    const wanted = sessionQuery(query);
    const idPrefix = query.text('id_prefix');
    const { sessions, total } =
      access.sessionId === null
        ? await wactl.list({ ...wanted, idPrefix })
        : await listOne(wactl, access.sessionId, { ...wanted, idPrefix });
    const page = idPrefix === undefined ? wanted.page : 1;
    return answer<'SessionList'>({
      sessions: sessions.map(sessionRecord),
      total,
      page,
      per_page: wanted.perPage,
    });
  };

  const showSession: Handler = async ({ id, query, access, signal }) => {
    const isPrefix = query.flag('prefix', false);
    const { session, held, engine, unanswered } = await wactl.show(id, { isPrefix, signal });
    if (unanswered) throw unanswered;
    return answer<'WholeSession'>(wholeRecord(session, engine, held && shownTo(access, held)));
  };

  const updateSession: Handler = async ({ id, body, signal }) => {
    const change = readSessionChange(body);
    return answer<'Session'>(sessionRecord(await wactl.update(id, change, { signal, live: true })));
  };

  const deleteSession: Handler = async ({ id, query, signal, surface }) => {
    const timeoutMs = query.timeoutMs();
    const { notUnlinked } = await wactl.delete(id, {
      signal,
      unlink: query.flag('unlink', true),
      force: query.flag('force', false),
      onlyUnlinked: query.flag('only_unlinked', false),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    const unasked = notUnlinked && { not_unlinked: errorBody(notUnlinked, surface).error };
    return answer<'Deleted'>({ deleted: true, id, ...unasked });
  };

  const showDevice: Handler = async ({ id }) => answer<'Device'>(await wactl.device(id));

  return {
    createSession,
    listSessions,
    showSession,
    updateSession,
    deleteSession,
    showDevice,
  };
}
