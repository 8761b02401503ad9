import { SessionNotFoundError, WactlError } from '../errors.ts';
import { heldRecord } from '../schema/held-record.ts';
import { deviceRecord } from '../schema/device-record.ts';
import { engineRecord, sessionRecord, wholeRecord, withHeld } from '../schema/session-record.ts';
import type { Session } from '../domain/session.ts';
import type { SessionRecords } from '../ports/store.ts';
import type { Handler } from './api-request.ts';
import type { Pairings } from './pairings.ts';
import type { ApiParts } from './parts.ts';
import { sessionQuery } from './read-query.ts';
import { readNewSession, readSessionPatch } from './read-session.ts';

/** The session with exactly this id: over the wire a prefix is not enough. Throws `not_found`. */
export async function sessionAt(records: Pick<SessionRecords, 'get'>, id: string): Promise<Session> {
  const session = await records.get(id);
  if (!session) throw new SessionNotFoundError(id);
  return session;
}

/** Sessions as they are kept: made, listed, shown, changed, removed. */
export function recordHandlers(parts: ApiParts, pairings: Pairings) {
  const { records, holder } = parts;

  const createSession: Handler = async ({ body }) => {
    const { draft, connect } = await readNewSession(body, records, parts.defaults, () =>
      parts.clock.random(),
    );
    const made = await records.create(draft);
    const headers = { location: `/api/v1/sessions/${made.id}` };
    if (!connect) return Response.json(sessionRecord(made), { status: 201, headers });
    const session = await records.update(made.id, { wantsOnline: true });
    pairings.start(session, { kind: 'pair_by_qr' });
    return Response.json(sessionRecord({ ...session, status: 'connecting' }), { status: 201, headers });
  };

  const listSessions: Handler = async ({ query }) => {
    const prefix = query.text('id_prefix');
    const { page, perPage, ...wanted } = sessionQuery(query);
    if (prefix !== undefined) {
      const ids = await records.idsWithPrefix(prefix, perPage);
      const found = await Promise.all(ids.map((id) => records.get(id)));
      const sessions = found.flatMap((session) => (session ? [sessionRecord(session)] : []));
      return Response.json({ sessions, total: sessions.length, page: 1, per_page: perPage });
    }
    const live = await holder.heldStatuses();
    const { sessions, total } = await records.list({ ...wanted, live, page, perPage });
    return Response.json({ sessions: sessions.map(sessionRecord), total, page, per_page: perPage });
  };

  const showSession: Handler = async ({ id, signal }) => {
    const session = await sessionAt(records, id);
    const [held, engine] = await Promise.all([
      holder.held(session, { signal }),
      holder.engine(session, { signal }),
    ]);
    return Response.json(wholeRecord(session, engine ?? (await parts.engine(session)), held));
  };

  const updateSession: Handler = async ({ id, body, signal }) => {
    const session = await sessionAt(records, id);
    const patch = readSessionPatch(body, session);
    const updated = await records.update(id, patch);
    if (patch.webhook !== undefined || patch.proxy !== undefined) {
      await parts.webhooks.changed(updated, signal);
    }
    return Response.json(sessionRecord(withHeld(updated, await holder.held(updated, { signal }))));
  };

  const deleteSession: Handler = async ({ id, query, signal }) => {
    const session = await sessionAt(records, id);
    const timeoutMs = query.timeoutMs();
    const unlink = query.flag('unlink', true);
    if (!query.flag('only_unlinked', false)) {
      await holder.remove(session, { signal, unlink, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    } else if (!(await records.remove(id))) {
      throw new WactlError('in_use', `${id} was not deleted: a process holds it, or the phone may list it`);
    }
    return Response.json({ deleted: true, id });
  };

  const showDevice: Handler = async ({ id }) => Response.json(deviceRecord(await sessionAt(records, id)));

  const showHolder: Handler = async ({ id, signal }) => {
    const session = await sessionAt(records, id);
    const [held, engine] = await Promise.all([
      holder.held(session, { signal }),
      holder.engine(session, { signal }),
    ]);
    return Response.json({ held: held && heldRecord(held), engine: engine && engineRecord(engine) });
  };

  const showProcess: Handler = async () => {
    const [engine, held] = await Promise.all([parts.engine(), holder.heldStatuses()]);
    return Response.json({ pid: parts.pid, engine: engineRecord(engine), held: Object.fromEntries(held) });
  };

  return {
    createSession,
    listSessions,
    showSession,
    updateSession,
    deleteSession,
    showDevice,
    showHolder,
    showProcess,
  };
}
