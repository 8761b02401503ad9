import { recordLogout } from './history.ts';
import { NotPairedError, WactlError } from '../errors.ts';
import { ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { HoldOptions } from '../ports/holder.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { startActivity } from './activity.ts';
import { closeOfFailure, notInTime } from './check.ts';
import { startDeadline } from '../domain/deadline.ts';
import type { Line } from './line.ts';
import { runReconnectLoop } from './reconnect-loop.ts';
import type { LoopOptions } from './reconnect-loop.ts';
import { Reopen } from './reopen.ts';
import { keepSeen } from './seen.ts';
import { TakenAwayError } from './task.ts';
import type { TaskContext, Task } from './task.ts';
import type { ActionResult, Held, LiveStatus } from '../domain/held.ts';
import type { ConnectGoal, PairGoal } from '../domain/connect-goal.ts';
import type { Profile } from '../domain/profile.ts';

/** Whether no step is under way that would change the status soon. */
const isSettled = ({ status, retryAt }: Held): boolean =>
  retryAt !== null || !['connecting', 'connected'].includes(status);

/** What brings the loop to its first login. */
export type WayIn = Pick<LoopOptions, 'goal' | 'signal' | 'onEvent' | 'onOpen' | 'onPaired'> & {
  /** Called at each login. */
  readonly onLogin?: () => void;
};

/** Keeps a session online by the close table until it is stopped. Ends by throwing, except after a `disconnect`. */
export class OnlineTask implements Task<ActionResult> {
  readonly stays = true;
  readonly isMovable = true;
  readonly stopped = 'taken offline; its credentials are kept';
  readonly #maxRetries: number;
  readonly #reopen: Reopen;
  #line: Line | undefined;
  #isUnlinked = false;

  constructor(maxRetries: number, reopen = new Reopen()) {
    this.#maxRetries = maxRetries;
    this.#reopen = reopen;
  }

  get lastHeardAt(): Date | null {
    return this.#line?.connection.lastHeardAt ?? null;
  }

  async run(context: TaskContext): Promise<ActionResult> {
    const { parts, session, signal, tell } = context;
    if (!mayBeLinked(session)) throw new NotPairedError(session.id);
    // A session that had failed starts with a new retry budget, because a person asked for it.
    const start =
      session.status === 'failed' ? await parts.store.update(session.id, { retries: 0 }) : session;
    const goal = (): ConnectGoal => ({ kind: 'login' });
    try {
      return await this.stay({ ...context, session: start }, { goal, signal, onEvent: tell });
    } catch (error) {
      return this.endedBy(error, session);
    }
  }

  /** Stays online, however the first login is reached. Throws what ended it. */
  async stay(context: TaskContext, way: WayIn): Promise<never> {
    const { parts, session, held } = context;
    const activity = startActivity(parts, session);
    const unhook = parts.wakeups?.on((wakeup) => {
      const { status, retryAt } = held();
      if (retryAt || (wakeup === 'resumed' && status === 'logged_in')) this.#reopen.now();
    });
    try {
      await runReconnectLoop(parts, session, {
        ...way,
        maxRetries: this.#maxRetries,
        storedBudget: true,
        reopen: this.#reopen,
        onEvent: (event) => {
          activity.note(event);
          way.onEvent(event);
        },
        onLogin: (line) => {
          this.#line = line;
          void keepSeen(parts, session.id, line.connection);
          way.onLogin?.();
          return false;
        },
      });
    } finally {
      unhook?.();
      await activity.end();
    }
    throw new WactlError('internal', `${session.id}: the connection loop ended without a reason`);
  }

  /**
   * The result for an error that ended the task; throws errors that concern the caller who wanted the session online.
   */
  endedBy(error: unknown, session: Session): ActionResult {
    const isLoggedOut = error instanceof ClosedError && ruleOf(error.close).isUnlinked;
    if (this.#isUnlinked && isLoggedOut) throw unlinkedElsewhere(session);
    if (!(error instanceof TakenAwayError)) throw error;
    if (error.by === 'logout') throw unlinkedElsewhere(session);
    const details =
      error.by === 'handover' ? 'let go of, for another host to take it' : 'taken offline by another command';
    return { id: session.id, status: 'disconnected', details };
  }

  async pair(context: TaskContext, _goal: PairGoal, { signal }: HoldOptions): Promise<Session | undefined> {
    const { parts, session, held, until } = context;
    await until(({ status }) => status === 'logged_in', signal);
    return held().status === 'logged_in' ? ((await parts.store.get(session.id)) ?? session) : undefined;
  }

  async check(context: TaskContext, { signal, timeoutMs }: HoldOptions): Promise<LiveStatus> {
    const { parts, session, held, until } = context;
    const { clock, store } = parts;
    const deadline = startDeadline(clock, signal, timeoutMs, () => notInTime(session.id));
    let profile: Profile | null = null;
    let { close } = held();
    try {
      await until(isSettled, deadline.signal);
      ({ close } = held());
      if (held().status === 'logged_in')
        profile = (await this.#line?.connection.profile(deadline.signal)) ?? null;
    } catch (error) {
      signal.throwIfAborted();
      close = closeOfFailure(error, clock.now());
      if (!close) throw error;
    } finally {
      deadline.end();
    }
    const { status } = held();
    const isUnproven = status === 'logged_in' && !profile;
    const now = (await store.get(session.id)) ?? session;
    return { session: now, status: isUnproven ? 'connected' : status, close, profile, asOf: clock.now() };
  }

  async restart(context: TaskContext, { signal, timeoutMs }: HoldOptions): Promise<ActionResult> {
    const { parts, session, held, until } = context;
    const { id } = session;
    const deadline = startDeadline(parts.clock, signal, timeoutMs, () => notInTime(id));
    try {
      this.#reopen.now();
      let hasBegun = false;
      await until((now) => {
        hasBegun ||= now.status === 'connecting' && now.retryAt === null;
        return hasBegun && isSettled(now);
      }, deadline.signal);
    } finally {
      deadline.end();
    }
    const { status, close } = held();
    if (status !== 'logged_in') throw close ? new ClosedError(close, session) : notInTime(id);
    return { id, status, details: 'logged in on a new connection' };
  }

  async logout(context: TaskContext, { signal, timeoutMs }: HoldOptions): Promise<ActionResult> {
    const { parts, session, held, until } = context;
    const { id } = session;
    const deadline = startDeadline(parts.clock, signal, timeoutMs, () => notInTime(id));
    try {
      await until(isSettled, deadline.signal);
      const { status, close } = held();
      if (status !== 'logged_in' || !this.#line)
        throw close ? new ClosedError(close, session) : notInTime(id);
      await this.#line.connection.logout(deadline.signal);
      this.#isUnlinked = true;
      await recordLogout(parts, id);
      if (held().status === 'logged_in') {
        context.tell({ kind: 'status', status: 'logged_out', close: null, retryInMs: null });
      }
    } catch (error) {
      // WhatsApp may cut the connection instead of answering.
      if (held().status !== 'logged_out') throw error;
      await recordLogout(parts, id);
    } finally {
      deadline.end();
    }
    return {
      id,
      status: 'logged_out',
      details: 'unlinked from the phone; the record and its settings are kept',
    };
  }
}

const unlinkedElsewhere = ({ id }: Session): WactlError =>
  new WactlError(
    'logged_out',
    `${id}: another command unlinked it from its phone`,
    `pair it again with: wactl qr ${id}`,
  );
