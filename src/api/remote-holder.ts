import { WactlError } from '../errors.ts';
import { closeTable, ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import { actionResultSchema } from '../schema/action-schema.ts';
import { engineOf } from '../schema/engine-schema.ts';
import { parseEventLine } from '../schema/event-schema.ts';
import { heldOf, holderSchema, processSchema } from '../schema/held-schema.ts';
import type { HoldOptions, Holder, OnHolderEvent } from '../ports/holder.ts';
import { joinSignals } from '../domain/join-signals.ts';
import type { PairRequestBody } from '../schema/pairing-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { sessionOf, sessionSchema } from '../schema/session-schema.ts';
import { liveStatusOf, statusSchema } from '../schema/status-schema.ts';
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
    return understood(() => parseBySchema(actionResultSchema, answer));
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
      const live = liveStatusOf(
        understood(() => parseBySchema(statusSchema, document)),
        session,
      );
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
      const { held } = understood(() => parseBySchema(holderSchema, answer));
      return held && heldOf(held);
    },
    async engine({ id }, { signal }) {
      const answer = await http.json({ method: 'GET', path: `${sessionPath(id)}/holder`, signal });
      const { engine } = understood(() => parseBySchema(holderSchema, answer));
      return engine && engineOf(engine);
    },
    async refreshWebhook({ id }, { signal }) {
      await http.json({ method: 'POST', path: `${sessionPath(id)}/webhook/look`, body: {}, signal });
    },
    follow,
    async heldStatuses() {
      const answer = await http.json({ method: 'GET', path: holderPath });
      const { held } = understood(() => parseBySchema(processSchema, answer));
      return new Map(Object.entries(held));
    },
  };
}

const timeoutOf = ({ timeoutMs }: HoldOptions): string =>
  timeoutMs === undefined ? '' : `?timeout_seconds=${String(timeoutMs / 1000)}`;

function pairCall(id: string, goal: PairGoal, signal: AbortSignal): Call {
  if (goal.kind === 'pair_by_qr') return { method: 'GET', path: `${sessionPath(id)}/qr`, signal };
  const { phone, code, pushNotification } = goal;
  const body: PairRequestBody = {
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
