import { WactlError } from '../errors.ts';
import { ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { Close } from '../domain/close.ts';
import type { OnHolderEvent } from '../ports/holder.ts';
import { joinSignals } from '../domain/join-signals.ts';
import type { JoinedSignals } from '../domain/join-signals.ts';
import { assertUnfenced } from '../domain/connectable.ts';
import { nextStep } from '../domain/reconnect.ts';
import type { Identity, Session, SessionStatus } from '../domain/session.ts';
import { startDeadline } from '../domain/deadline.ts';
import type { Deadline } from '../domain/deadline.ts';
import { recordClose, recordFailedPairing, recordSeen } from './history.ts';
import type { Connection } from '../ports/whatsapp.ts';
import { openLine } from './line.ts';
import type { Line } from './line.ts';
import { numberQrs } from './number-qrs.ts';
import type { HolderParts } from './parts.ts';
import type { Reopen } from './reopen.ts';
import { startStability } from './stability.ts';
import type { ConnectGoal } from '../domain/connect-goal.ts';
import type { ConnectionEvent } from '../domain/connection-event.ts';

export type LoopOptions = {
  /** Read again for each attempt, until a pairing is proven. */
  readonly goal: () => ConnectGoal;
  readonly maxRetries: number;
  /** Whether retries are counted in the store, and the session is `failed` once they are used up. */
  readonly storedBudget: boolean;
  readonly signal: AbortSignal;
  /** An attempt started by it costs no retry. */
  readonly reopen?: Reopen;
  readonly onEvent: OnHolderEvent;
  /** Called with each connection when it is opened. */
  readonly onOpen?: (connection: Connection) => void;
  /** A pairing is proven and stored: from here on it is a login. */
  readonly onPaired?: () => void;
  /** Called at each login. True: the work is done. False: stay online until the connection closes. */
  readonly onLogin: (line: Line) => Promise<boolean> | boolean;
};

/** A login that takes longer counts as stuck. */
const stuckAfterMs = 60_000;

type Attempt = {
  readonly done: boolean;
  readonly close: Close;
  /** Whether the login lasted long enough to refill the retries. */
  readonly stable: boolean;
  readonly paired: boolean;
};

/**
 * Opens a session and reopens it by the close table, until `onLogin` returns true, or the table allows no further
 * attempt (throws ClosedError), or the signal is aborted (throws its reason), or the session is fenced (throws `fenced`). The socket is closed and the store
 * written before it ends. An unproven pairing is not retried automatically; a proven one is confirmed by a login, or
 * refused.
 */
export async function runReconnectLoop(
  parts: HolderParts,
  session: Session,
  given: LoopOptions,
): Promise<void> {
  const options = { ...given, onEvent: numberQrs(given.onEvent) };
  const { store, whatsapp, clock } = parts;
  const { id } = session;
  let isProven = false;
  let retries = options.storedBudget ? session.retries : 0;
  let versionRefreshed = false;
  let freeTaken = false;
  const forgive = async (): Promise<void> => {
    if (options.storedBudget && retries > 0) await store.update(id, { retries: 0 });
  };

  for (;;) {
    options.signal.throwIfAborted();
    const lap = options.reopen?.signal;
    const goal: ConnectGoal = isProven ? { kind: 'login' } : options.goal();
    // A pairing makes another device of it.
    if (!isProven && goal.kind === 'login') assertUnfenced(session);
    const over = joined(options.signal, lap);
    const bounds = { ended: over.signal, forgive };
    const attempt = await runAttempt(parts, session, goal, options, bounds).finally(() => over.end());
    if (attempt.done) return;
    options.signal.throwIfAborted();
    if (attempt.stable) {
      retries = 0;
      versionRefreshed = false;
      freeTaken = false;
    }
    isProven ||= attempt.paired;
    const isLogin = isProven || goal.kind === 'login';
    const close = isLogin ? await recordClose(parts, id, attempt.close) : attempt.close;
    const rule = ruleOf(close);
    if (lap?.aborted && rule.isOwn) continue;
    if (!isLogin && rule.next === 'retry') {
      tell(options, await recordFailedPairing(parts, id, close), close);
      throw new ClosedError(close, session);
    }
    const step = nextStep(
      close.reason,
      { retries, maxRetries: options.maxRetries, versionRefreshed, freeTaken },
      clock.random(),
    );
    freeTaken ||= rule.next === 'free';
    if (step.do === 'refresh_version') {
      versionRefreshed = true;
      const isRefreshed = await whatsapp.refreshVersion(session, options.signal);
      options.signal.throwIfAborted();
      if (isRefreshed) continue;
    }
    if (step.do !== 'reconnect') {
      const isUsedUp = options.storedBudget && step.do === 'stop' && step.usedUp;
      const resting = isLogin ? rule.restingStatus : await recordFailedPairing(parts, id, close);
      const status = isUsedUp ? 'failed' : resting;
      if (status === 'failed' && isLogin) await store.update(id, { status });
      tell(options, status, close);
      throw new ClosedError(close, session);
    }
    retries = step.retries;
    if (options.storedBudget && isLogin) await store.update(id, { retries });
    tell(options, 'connecting', close, step.delayMs);
    const enough = joined(options.signal, lap);
    await clock.sleep(step.delayMs, enough.signal).catch(() => undefined);
    enough.end();
  }
}

async function runAttempt(
  parts: HolderParts,
  session: Session,
  goal: ConnectGoal,
  options: LoopOptions,
  bounds: Pick<Bounds, 'ended' | 'forgive'>,
): Promise<Attempt> {
  const { clock, gate } = parts;
  const { ended } = bounds;
  tell(options, 'connecting');
  const leave = await gate?.enter(ended).catch(() => undefined);
  const limit = goal.kind === 'login' ? stuckAfterMs : undefined;
  const deadline = startDeadline(clock, ended, limit, () => new WactlError('timed_out', 'stuck'));
  try {
    if (!ended.aborted) return await runLine(parts, session, goal, options, { ...bounds, deadline, leave });
    return failed({ reason: 'ended_here', code: null, at: clock.now() }, false);
  } finally {
    leave?.();
    deadline.end();
  }
}

type Bounds = {
  readonly ended: AbortSignal;
  /** Called once the login has lasted long enough. */
  readonly forgive: () => Promise<void>;
  /** Of the login. */
  readonly deadline: Deadline;
  /** Lets another session connect. */
  readonly leave: (() => void) | undefined;
};

async function runLine(
  parts: HolderParts,
  session: Session,
  goal: ConnectGoal,
  options: LoopOptions,
  { ended, forgive, deadline, leave }: Bounds,
): Promise<Attempt> {
  const { store, whatsapp, deviceName, recorded } = parts;
  let identity: Identity | undefined;
  let paired = false;
  const request = {
    session,
    goal,
    credentials: store,
    ...(deviceName === undefined ? {} : { deviceName }),
    ...(recorded && { recorded }),
  };
  const line = openLine(whatsapp, request, deadline.signal, (event) => {
    if (event.kind === 'paired') {
      paired = true;
      options.onPaired?.();
    }
    if (event.kind === 'logged_in') identity = event.identity;
    // A pairing that waits for a phone from here on must not block other sessions.
    if (event.kind === 'connected' && goal.kind !== 'login') leave?.();
    passOn(options, event);
  });
  options.onOpen?.(line.connection);
  const isLoggedIn = await line.loggedIn;
  deadline.lift();
  leave?.();
  if (!isLoggedIn || !identity) {
    const close = await line.closed;
    const isStuck = deadline.signal.aborted && !ended.aborted && ruleOf(close).isOwn;
    return failed(isStuck ? { ...close, reason: 'timed_out' } : close, paired);
  }
  try {
    await store.recordLogin(session.id, identity);
    tell(options, 'logged_in');
    if (await options.onLogin(line)) return { done: true, close: await hangUp(line), stable: false, paired };
  } catch (error) {
    // The connection itself may have broken the work: its close then says more.
    const close = await hangUp(line);
    options.signal.throwIfAborted();
    if (ruleOf(close).isOwn) throw error;
  }
  const stability = startStability(parts, forgive);
  const close = await line.closed.finally(() => stability.end());
  const stable = await stability.end();
  await recordSeen(parts, session.id);
  return { done: false, close, stable, paired };
}

const failed = (close: Close, paired: boolean): Attempt => ({ done: false, close, stable: false, paired });

const joined = (signal: AbortSignal, lap: AbortSignal | undefined): JoinedSignals =>
  lap ? joinSignals(signal, lap) : joinSignals(signal);

async function hangUp(line: Line): Promise<Close> {
  await line.connection.close();
  return line.closed;
}

function tell(
  { onEvent }: LoopOptions,
  status: SessionStatus,
  close: Close | null = null,
  retryInMs: number | null = null,
): void {
  onEvent({ kind: 'status', status, close, retryInMs });
}

function passOn(options: LoopOptions, event: ConnectionEvent): void {
  switch (event.kind) {
    case 'connected':
      return tell(options, 'connected');
    case 'paired':
      return tell(options, 'connecting');
    case 'logged_in':
      return;
    default:
      options.onEvent(event);
  }
}
