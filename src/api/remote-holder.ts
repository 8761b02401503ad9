import { WactlError } from '../errors.ts';
import { closeTable, ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import { parseEventLine } from '../schema/event-line.ts';
import { parseEngineRecord, parseHeldRecord } from '../schema/held-record.ts';
import type { HoldOptions, Holder, OnHolderEvent } from '../ports/holder.ts';
import { joinSignals } from '../domain/join-signals.ts';
import { JsonFields } from '../schema/json-fields.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { sessionOf, sessionSchema } from '../schema/session-schema.ts';
import { parseStatusDocument } from '../schema/parse-status-document.ts';
import { sessionStatuses } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { Line } from './event-stream.ts';
import type { Call, HttpClient } from './http-client.ts';
import { failureIn, understood } from './http-client.ts';
import { remoteRecords, sessionPath } from './remote-records.ts';
import type { ActionResult } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

/** The answer of another process about itself. */
export const holderPath = '/api/v1/holder';

type Id = Pick<Session, 'id'>;

/** A holder in another process, behind a private socket or at an address. Its work goes on when a call here is aborted. */
export function remoteHolder(http: HttpClient): Holder {
  const records = remoteRecords(http);
  const act = async ({ id }: Id, action: string, options: HoldOptions, body = {}): Promise<ActionResult> => {
    const path = `${sessionPath(id)}/${action}${timeoutOf(options)}`;
    const { signal, timeoutMs } = options;
    const answer = await http.json({ method: 'POST', path, body, signal, timeoutMs });
    return understood(() => actionResult(answer));
  };
  const bringOnline: Holder['bringOnline'] = (session, options) =>
    act(session, 'connect', options, { max_retries: options.maxRetries });
  const follow: Holder['follow'] = async ({ id }, { signal }, onEvent) => {
    const ended = new AbortController();
    const over = joinSignals(signal, ended.signal);
    const path = `/api/v1/events?${new URLSearchParams({ session: id }).toString()}`;
    try {
      await http.stream({ method: 'GET', path, signal: over.signal }, (line) => {
        if (line.event === 'released') return ended.abort();
        pass(line, onEvent);
      });
    } catch (error) {
      if (!ended.signal.aborted) throw error;
      return;
    } finally {
      over.end();
    }
    throw http.gone();
  };
  return {
    async pair({ id }, goal, { signal, timeoutMs }, onEvent) {
      const late = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
      const over = late ? joinSignals(signal, late) : joinSignals(signal);
      try {
        return await followPairing(http, pairCall(id, goal, over.signal), onEvent);
      } catch (error) {
        signal.throwIfAborted();
        throw late?.aborted ? pairedTooLate(id) : error;
      } finally {
        over.end();
      }
    },
    async check(session, options) {
      const path = `${sessionPath(session.id)}/status${timeoutOf(options)}`;
      const { signal, timeoutMs } = options;
      const document = await http.json({ method: 'GET', path, signal, timeoutMs });
      const live = understood(() => parseStatusDocument(document, session));
      // Whether it is paired still is not in the document.
      return { ...live, session: (await records.get(session.id)) ?? session };
    },
    async keepOnline(session, options, onEvent) {
      const result = await bringOnline(session, options);
      await follow(session, options, onEvent);
      const now = await records.get(session.id);
      const close = now?.lastClose;
      if (close && ruleOf(close).restingStatus === now.status && now.status !== 'disconnected') {
        throw new ClosedError(close, session);
      }
      return { ...result, status: now?.status ?? 'disconnected', details: 'no longer kept online' };
    },
    bringOnline,
    disconnect: (session, options) => act(session, 'disconnect', options),
    restart: (session, options) => act(session, 'restart', options),
    logout: (session, options) => act(session, 'logout', options),
    async remove({ id }, { unlink, signal, timeoutMs }) {
      const query = new URLSearchParams({ unlink: String(unlink) });
      if (timeoutMs !== undefined) query.set('timeout_seconds', String(timeoutMs / 1000));
      const path = `${sessionPath(id)}?${query.toString()}`;
      await http.json({ method: 'DELETE', path, signal, timeoutMs });
    },
    async held({ id }, { signal }) {
      const answer = await http.json({ method: 'GET', path: `${sessionPath(id)}/holder`, signal });
      return understood(() => {
        const fields = new JsonFields(answer);
        return fields.isNull('held') ? null : parseHeldRecord((answer as { held: unknown }).held);
      });
    },
    async engine({ id }, { signal }) {
      const answer = await http.json({ method: 'GET', path: `${sessionPath(id)}/holder`, signal });
      return understood(() => {
        const engine = new JsonFields(answer).fieldsOrNull('engine');
        return engine && parseEngineRecord(engine);
      });
    },
    async refreshWebhook({ id }, { signal }) {
      await http.json({ method: 'POST', path: `${sessionPath(id)}/webhook/look`, body: {}, signal });
    },
    follow,
    async heldStatuses() {
      const answer = await http.json({ method: 'GET', path: holderPath });
      return understood(() => {
        const held = new JsonFields(answer).fields('held');
        return new Map(held.names.map((id) => [id, held.word(id, sessionStatuses)]));
      });
    },
  };
}

const timeoutOf = ({ timeoutMs }: HoldOptions): string =>
  timeoutMs === undefined ? '' : `?timeout_seconds=${String(timeoutMs / 1000)}`;

function actionResult(answer: unknown): ActionResult {
  const fields = new JsonFields(answer);
  return {
    id: fields.text('id'),
    status: fields.word('status', sessionStatuses),
    details: fields.text('details'),
  };
}

function pairCall(id: string, goal: PairGoal, signal: AbortSignal): Call {
  if (goal.kind === 'pair_by_qr') return { method: 'GET', path: `${sessionPath(id)}/qr`, signal };
  const { phone, code, pushNotification } = goal;
  const body = {
    phone_number: `+${phone}`,
    show_push_notification: pushNotification,
    ...(code === undefined ? {} : { code }),
  };
  return { method: 'POST', path: `${sessionPath(id)}/pair`, body, signal };
}

/** Passes on the events until the last line. Throws the failure in that line. */
async function followPairing(http: HttpClient, call: Call, onEvent: OnHolderEvent): Promise<Session> {
  let last: Line | undefined;
  await http.stream(call, (line) => {
    if (line.event === 'logged_in' || line.event === 'error') last = line;
    else pass(line, onEvent);
  });
  if (!last) throw http.gone();
  if (last.event === 'error') throw failureIn(last);
  const session = sessionOf(understood(() => parseBySchema(sessionSchema, last)));
  return { ...session, status: 'disconnected' };
}

function pass(line: Line, onEvent: OnHolderEvent): void {
  const event = understood(() => parseEventLine(line));
  if (event) onEvent(event);
}

const pairedTooLate = (id: string): WactlError =>
  new WactlError(
    'pairing_expired',
    `${id}: ${closeTable.pairing_expired.meaning}`,
    'allow more time with --timeout',
  );
