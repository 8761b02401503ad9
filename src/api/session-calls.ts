import { WactlError } from '../errors.ts';
import { closeTable, ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import type { ActionResult, StatusReport } from '../domain/held.ts';
import { joinSignals } from '../domain/join-signals.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type {
  FollowedEvent,
  FollowOptions,
  HoldOptions,
  KeepOptions,
  OnFollowed,
  OnHolderEvent,
} from '../ports/holder.ts';
import type { DeleteOptions, Deleted, PairOptions, Paired } from '../ports/wactl.ts';
import { actionResultSchema, deletedSchema } from '../schema/action-schema.ts';
import { gapSchema, parseEventLine } from '../schema/event-schema.ts';
import type { PairRequestBody } from '../schema/pairing-schema.ts';
import { passkeyCodeSchema } from '../schema/passkey-schema.ts';
import { readAssertion } from '../domain/passkey-assertion.ts';
import { parsePairCode } from '../domain/pair-code.ts';
import type { ShownPasskeyCode } from '../domain/connection-event.ts';
import type { Line } from './event-stream.ts';
import type { Call, HttpClient } from './http-client.ts';
import { readSession, readView } from './read-answer.ts';
import { failureIn, readAs, understood } from './read-as.ts';
import { readStatus } from './read-peer.ts';
import { search, sessionPath, statusPath, timeoutOf } from './session-path.ts';

/** What another process can be asked to do with a session: the same for a peer's holder and for a whole wactl. */
export interface SessionCalls {
  act(id: string, action: string, options: HoldOptions): Promise<ActionResult>;
  connect(id: string, options: KeepOptions): Promise<ActionResult>;
  answerPasskey(id: string, assertion: string, options: HoldOptions): Promise<ShownPasskeyCode>;
  /** The session in the answer has no webhook, proxy or endpoint. */
  status(id: string, options: HoldOptions & { readonly offline?: boolean }): Promise<StatusReport>;
  pair(id: string, goal: PairGoal, options: PairOptions, onEvent: OnHolderEvent): Promise<Paired>;
  remove(id: string, options: DeleteOptions): Promise<Deleted>;
  follow(id: string, options: FollowOptions, onEvent: OnFollowed): Promise<void>;
  /** Two requests: connects, and follows. A third looks why it ended, if it had ended before it was followed. */
  keepOnline(id: string, options: KeepOptions, onEvent: OnHolderEvent): Promise<ActionResult>;
  /** The whole record. */
  stored(id: string): Promise<Session>;
}

/** How a session that was kept online is now. */
type Ended = Pick<Session, 'id' | 'endpoint' | 'status' | 'lastClose'>;

/** A phone has two minutes for its answer to a passkey (WhatsApp Web). */
const phoneAnswersMs = 130_000;

const restingStatuses: readonly SessionStatus[] = ['disconnected', 'logged_out', 'failed'];

/** Each is one request, but for `keepOnline`. */
export function sessionCalls(http: HttpClient): SessionCalls {
  const post = async (id: string, action: string, options: HoldOptions, body = {}): Promise<ActionResult> => {
    const { signal, timeoutMs } = options;
    const path = `${sessionPath(id)}/${action}${search(timeoutOf(options))}`;
    const answer = await http.json({ method: 'POST', path, body, signal, timeoutMs });
    return readAs(actionResultSchema, answer);
  };
  const calls: SessionCalls = {
    act: (id, action, options) => post(id, action, options),
    connect: (id, options) => post(id, 'connect', options, { max_retries: options.maxRetries }),
    async answerPasskey(id, assertion, { signal }) {
      const body = { assertion: readAssertion(assertion) };
      const answer = await http.json({
        method: 'POST',
        path: `${sessionPath(id)}/passkey`,
        body,
        signal,
        timeoutMs: phoneAnswersMs,
      });
      const { code, needs_confirmation: needsConfirmation } = readAs(passkeyCodeSchema, answer);
      return { code: parsePairCode(code), needsConfirmation };
    },
    async status(id, { offline = false, ...options }) {
      const { signal, timeoutMs } = options;
      const asked = offline ? { offline: 'true' } : timeoutOf(options);
      return readStatus(await http.json({ method: 'GET', path: statusPath(id, asked), signal, timeoutMs }));
    },
    async pair(id, goal, { signal, timeoutMs, onBegin }, onEvent) {
      const late = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
      const over = late ? joinSignals(signal, late) : joinSignals(signal);
      try {
        return await followPairing(http, pairCall(id, goal, over.signal), onEvent, onBegin);
      } catch (error) {
        signal.throwIfAborted();
        throw late?.aborted ? pairedTooLate(id) : error;
      } finally {
        over.end();
      }
    },
    async remove(id, { unlink = true, force = false, onlyUnlinked = false, ...options }) {
      const { signal, timeoutMs } = options;
      const how = {
        ...(onlyUnlinked ? { only_unlinked: 'true' } : { unlink: String(unlink) }),
        ...(force ? { force: 'true' } : {}),
      };
      const path = `${sessionPath(id)}${search({ ...how, ...timeoutOf(options) })}`;
      const answer = await http.json({ method: 'DELETE', path, signal, timeoutMs });
      const { not_unlinked: error } = readAs(deletedSchema, answer);
      return { id, notUnlinked: error ? failureIn({ error }) : null };
    },
    async follow(id, { signal, lastEventId }, onEvent) {
      const ended = new AbortController();
      const over = joinSignals(signal, ended.signal);
      const path = `/api/v1/events${search({ session: id })}`;
      try {
        await http.stream({ method: 'GET', path, signal: over.signal, lastEventId }, (line, eventId) => {
          if (ended.signal.aborted) return;
          const event = followedEvent(line);
          if (event) onEvent(event, eventId);
          if (event?.kind === 'released') ended.abort();
        });
      } catch (error) {
        if (!ended.signal.aborted) throw error;
      } finally {
        over.end();
      }
      // The server may end the stream before this side does.
      if (!ended.signal.aborted) throw http.gone();
    },
    async keepOnline(id, options, onEvent) {
      const result = await calls.connect(id, options);
      let last: Ended | undefined;
      await calls.follow(id, options, (event) => {
        if (event.kind === 'status')
          last = { id, endpoint: null, status: event.status, lastClose: event.close };
        if (event.kind !== 'gap' && event.kind !== 'released') onEvent(event);
      });
      // Nothing was told when it had ended before it was followed.
      const now = last && restingStatuses.includes(last.status) ? last : await calls.stored(id);
      const { lastClose: close, status } = now;
      if (close && ruleOf(close).restingStatus === status && status !== 'disconnected') {
        throw new ClosedError(close, now);
      }
      return { ...result, status, details: 'no longer kept online' };
    },
    stored: async (id) => readView(await http.json({ method: 'GET', path: sessionPath(id) })).session,
  };
  return calls;
}

function pairCall(id: string, goal: PairGoal, signal: AbortSignal): Call {
  const query = search(goal.comparesCodes ? { compare: 'true' } : {});
  if (goal.kind === 'pair_by_qr')
    return { method: 'GET', path: `${sessionPath(id)}/qr/events${query}`, signal };
  const { phone, code, pushNotification } = goal;
  const body: PairRequestBody = {
    phone_number: `+${phone}`,
    show_push_notification: pushNotification,
    ...(code === undefined ? {} : { code }),
  };
  return { method: 'POST', path: `${sessionPath(id)}/pair/events${query}`, body, signal };
}

/** Passes on the events until the last line. Throws the failure in that line. */
async function followPairing(
  http: HttpClient,
  call: Call,
  onEvent: OnHolderEvent,
  onBegin?: () => void,
): Promise<Paired> {
  let last: Line | undefined;
  let already = true;
  await http.stream(call, (line) => {
    if (line.event === 'logged_in' || line.event === 'error') last = line;
    else {
      if (already) onBegin?.();
      already = false;
      pass(line, onEvent);
    }
  });
  if (!last) throw http.gone();
  if (last.event === 'error') throw failureIn(last);
  const session: Session = { ...readSession(last), status: 'disconnected' };
  return { session, already };
}

/** Undefined for an event that this version does not know. */
function followedEvent(line: Line): FollowedEvent | undefined {
  if (line.event === 'released') return { kind: 'released' };
  if (line.event === 'gap') return { kind: 'gap', after: readAs(gapSchema, line).after };
  return understood(() => parseEventLine(line));
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
