import { UsageError, WactlError } from '../errors.ts';
import type { ShownQr } from '../domain/connection-event.ts';
import { shownQrRecord } from '../schema/event-line.ts';
import type { ShownQrDocument } from '../schema/pairing-schema.ts';
import { waitForQr } from '../schema/query-schemas.ts';
import { sessionRecord, wholeRecord, withHeld } from '../schema/session-record.ts';
import { shownTo } from './access.ts';
import { answer } from './answer.ts';
import type { ApiRequest, Handler } from './api-request.ts';
import { errorBody } from './error-answer.ts';
import { listOne } from './list-one.ts';
import { firstShown } from './first-shown.ts';
import type { Pairing, Pairings } from './pairings.ts';
import type { ApiParts } from './parts.ts';
import { sessionQuery } from './read-query.ts';
import { readNewSession, readSessionChange } from './read-session.ts';

/** Sessions as they are kept: made, listed, shown, changed, removed. */
export function recordHandlers(parts: ApiParts, pairings: Pairings) {
  const { wactl } = parts;

  const createSession: Handler = async (request) => {
    const { body, query, signal } = request;
    const { draft, connect } = readNewSession(body, parts.defaults());
    const waits = query.has('wait', waitForQr);
    if (waits && !connect) throw new UsageError('with "connect": false there is no QR to wait for');
    const made = await wactl.create(draft, { signal });
    const headers = { location: `/api/v1/sessions/${made.id}` };
    if (!connect) return answer<'Session'>(sessionRecord(made), { status: 201, headers });
    const session = await wactl.update(made.id, { wantsOnline: true }, { signal });
    const pairing = pairings.start(session.id, { kind: 'pair_by_qr' });
    if (waits) {
      const qr = await firstQr(parts, pairing, request);
      // Its status too is as it is now.
      const { session: now, held } = await wactl.show(session.id, { signal });
      const record = { ...sessionRecord(withHeld(now, held)), qr };
      return answer<'CreatedWithQr'>(record, { status: 201, headers });
    }
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
    const shown = held && shownTo(access, held);
    return answer<'WholeSession'>(
      wholeRecord(session, engine, shown, await drawnQr(parts, shown?.qr ?? null)),
    );
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

/** How long a create waits for the QR when it does not say. */
const defaultTimeoutMs = 30_000;

/** The first QR of a pairing; null when there is none in time. The session is there all the same, and a request for its QR says why. */
async function firstQr(
  parts: ApiParts,
  pairing: Pairing,
  { query, asked: signal }: ApiRequest,
): Promise<ShownQrDocument | null> {
  const { clock } = parts;
  try {
    const timeoutMs = query.timeoutMs() ?? defaultTimeoutMs;
    const first = await firstShown(pairing, 'qr', { clock, signal, timeoutMs });
    return 'shown' in first ? await drawnQr(parts, first.shown) : null;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof WactlError) return null;
    throw error;
  }
}

const drawnQr = async ({ clock, qrDataUrl }: ApiParts, qr: ShownQr | null): Promise<ShownQrDocument | null> =>
  qr && shownQrRecord(qr, clock.now(), await qrDataUrl?.(qr.payload));
