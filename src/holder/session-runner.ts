import { NotHeldError, UsageError, WactlError } from '../errors.ts';
import type { Close } from '../domain/close.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { ShownPasskeyCode } from '../domain/connection-event.ts';
import { joinSignals } from '../domain/join-signals.ts';
import type { JoinedSignals } from '../domain/join-signals.ts';
import type { FollowOptions, HoldOptions, OnFollowed, OnHolderEvent } from '../ports/holder.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { HolderParts } from './parts.ts';
import { abortable } from './abortable.ts';
import { callEach } from './call-each.ts';
import { startDeadline } from '../domain/deadline.ts';
import { eventsOfHeld, heldAfter, holderWords, nothingOnShow } from '../domain/held.ts';
import { endedHere } from './ended-here.ts';
import { notPairing, TakenAwayError } from './task.ts';
import type { PasskeyTaker, TaskContext, Task } from './task.ts';
import type { ActionResult, Heard, Held, HolderEvent, LiveStatus } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

export type SessionRunnerParts<T> = {
  readonly id: string;
  readonly pid: number;
  readonly program?: string | undefined;
  readonly since: Date;
  readonly task: Task<T>;
  /** Ends the work. */
  readonly signal: AbortSignal;
  /** The listener of the caller that started it; others listen through `follow`. */
  readonly onEvent: OnHolderEvent;
  /** Takes the session; null when another process was faster. */
  readonly claim: () => Promise<{ readonly session: Session; readonly parts: HolderParts } | null>;
  /** Passes each event on, in order. */
  readonly note: (event: HolderEvent) => void;
  /** Releases it; the socket is closed and the store written by then. */
  readonly letGo: () => Promise<void>;
};

/** One session that this process holds, from the claim until it is let go. Nothing else opens its connections. */
export class SessionRunner<T = unknown> {
  /** The task's result, once the session is let go; null when another process was faster. */
  readonly outcome: Promise<{ readonly value: T } | null>;
  readonly #parts: SessionRunnerParts<T>;
  readonly #stop = new AbortController();
  readonly #over: JoinedSignals;
  readonly #listeners = new Set<OnHolderEvent>();
  readonly #gone: Promise<void>;
  readonly #context: Promise<TaskContext | null>;
  #held: Held;
  #lastMessageAt: Date | undefined;

  constructor(parts: SessionRunnerParts<T>) {
    this.#parts = parts;
    this.#over = joinSignals(parts.signal, this.#stop.signal);
    const { id, pid, program, since, task } = parts;
    const begun = { status: 'connecting', close: null, retryAt: null, ...nothingOnShow } as const;
    const { stays } = task;
    this.#held = { id, pid, ...(program !== undefined && { program }), since, stays, ...begun };
    this.#context = parts.claim().then((claimed) => claimed && this.#contextOf(claimed));
    this.outcome = this.#run();
    this.#gone = this.outcome.then(
      () => undefined,
      () => undefined,
    );
  }

  get status(): SessionStatus {
    return this.#held.status;
  }

  /** Why it is not logged in, as far as it has been. */
  get close(): Close | null {
    return this.#held.close;
  }

  /** Whether another host can take it over. */
  get isMovable(): boolean {
    return this.#parts.task.isMovable === true && !this.#over.signal.aborted;
  }

  /** Whether it is let go of for another host to take it. */
  get isHandedOver(): boolean {
    const reason: unknown = this.#stop.signal.reason;
    return reason instanceof TakenAwayError && reason.by === 'handover';
  }

  /** Closes the connection and lets the session go, for another host to take it. Does nothing when it is not movable. */
  async handOver(): Promise<void> {
    if (!this.isMovable) return;
    this.#stop.abort(new TakenAwayError(this.#parts.id, 'handover'));
    await this.#gone;
  }

  /** Null while this process does not know yet whether it has the session. */
  async held(): Promise<Held | null> {
    const context = await this.#context.catch(() => null);
    const stays = this.#held.stays && !this.#over.signal.aborted;
    return context && { ...this.#held, stays, ...this.#heard };
  }

  /** Reports the current state, then each event, until the session is let go. No event of before is kept here. */
  async follow({ signal, lastEventId }: FollowOptions, onEvent: OnFollowed): Promise<void> {
    const context = await this.#claimed();
    if (lastEventId !== undefined) onEvent({ kind: 'gap', after: lastEventId });
    for (const event of eventsOfHeld(this.#held, context.parts.clock.now())) onEvent(event);
    this.#listeners.add(onEvent);
    try {
      await abortable(this.#gone, signal);
    } finally {
      this.#listeners.delete(onEvent);
    }
    onEvent({ kind: 'released' });
  }

  async pair(goal: PairGoal, options: HoldOptions, onEvent: OnHolderEvent): Promise<Session> {
    const context = await this.#claimed();
    const asked = this.#parts.task.pair?.(context, goal, options);
    for (const event of eventsOfHeld(this.#held, context.parts.clock.now())) onEvent(event);
    this.#listeners.add(onEvent);
    try {
      const paired = await this.#unlessInterrupted(asked);
      if (paired) return paired;
    } finally {
      this.#listeners.delete(onEvent);
    }
    return this.#afterwards(options);
  }

  async check(options: HoldOptions): Promise<LiveStatus> {
    const context = await this.#claimed();
    const live = await this.#unlessInterrupted(this.#parts.task.check?.(context, options));
    return live ? { ...live, ...this.#heard } : this.#afterwards(options);
  }

  async restart(options: HoldOptions): Promise<ActionResult> {
    const context = await this.#claimed();
    const result = await this.#unlessInterrupted(this.#parts.task.restart?.(context, options));
    return result ?? this.#afterwards(options);
  }

  async logout(options: HoldOptions): Promise<ActionResult> {
    const context = await this.#claimed();
    const { task, id } = this.#parts;
    const result = await this.#unlessInterrupted(task.logout?.(context, options));
    if (task.stopped !== undefined) this.#stop.abort(new TakenAwayError(id, 'logout'));
    await this.#letGo(options.signal);
    return result ?? this.#afterwards(options);
  }

  /** Resolves to the code that the phone shows once it has accepted the passkey. Throws UsageError, ClosedError. */
  async answerPasskey(assertion: string, { signal }: HoldOptions): Promise<ShownPasskeyCode> {
    const context = await this.#claimed();
    const { id } = this.#parts;
    let said: HolderEvent | undefined;
    const listen: OnHolderEvent = (event) => {
      if (event.kind === 'passkey' || event.kind === 'passkey_code' || event.kind === 'status')
        said ??= event;
    };
    this.#listeners.add(listen);
    try {
      this.#passkey.answerPasskey(assertion);
      await context.until(() => said !== undefined, signal);
    } finally {
      this.#listeners.delete(listen);
    }
    if (said?.kind === 'passkey_code') return said;
    if (said?.kind === 'passkey')
      throw new UsageError(`${id}: WhatsApp has asked again`, 'answer the new request');
    if (said?.kind === 'status' && said.close) throw new ClosedError(said.close, context.session);
    throw new NotHeldError(id);
  }

  async confirmPasskey(): Promise<void> {
    await this.#claimed();
    this.#passkey.confirmPasskey();
  }

  get #passkey(): PasskeyTaker {
    const { id, task } = this.#parts;
    if (task.passkey) return task.passkey;
    throw notPairing(id);
  }

  async disconnect({ signal }: HoldOptions): Promise<ActionResult> {
    await this.#claimed();
    const { id, task } = this.#parts;
    if (task.stopped === undefined) return this.#afterwards({ signal });
    this.#stop.abort(new TakenAwayError(id, 'disconnect'));
    await this.#letGo(signal);
    return { id, status: 'disconnected', details: task.stopped };
  }

  /** Waits until the session is let go. Throws `in_use` when what was told to stop takes too long. */
  async #letGo(signal: AbortSignal): Promise<void> {
    const { task, id, pid } = this.#parts;
    const { parts } = await this.#claimed();
    const late = new WactlError(
      'in_use',
      `${id}: ${holderWords(this.#held)} was told to end its connection, and has not`,
      `end it: kill ${String(pid)}`,
    );
    const deadline = startDeadline(parts.clock, signal, task.stopsWithinMs, () => late);
    try {
      await abortable(this.#gone, deadline.signal);
    } finally {
      deadline.end();
    }
  }

  /** Waits until the session is let go; the caller then asks again. */
  async afterwards({ signal }: Pick<HoldOptions, 'signal'>): Promise<void> {
    await abortable(this.#gone, signal);
  }

  get #heard(): Heard {
    const { lastHeardAt } = this.#parts.task;
    return {
      ...(this.#lastMessageAt && { lastMessageAt: this.#lastMessageAt }),
      ...(lastHeardAt && { lastHeardAt }),
    };
  }

  async #afterwards(options: HoldOptions): Promise<never> {
    await this.afterwards(options);
    throw new NotHeldError(this.#parts.id);
  }

  async #claimed(): Promise<TaskContext> {
    const context = await this.#context.catch(() => null);
    if (!context) throw new NotHeldError(this.#parts.id);
    return context;
  }

  /** The caller that started the work may be interrupted; a caller that joined it continues alone. */
  async #unlessInterrupted<R>(answer: Promise<R | undefined> | undefined): Promise<R | undefined> {
    try {
      return await answer;
    } catch (error) {
      const { signal } = this.#parts;
      if (signal.aborted && error === signal.reason) return undefined;
      throw error;
    }
  }

  async #run(): Promise<{ value: T } | null> {
    try {
      const context = await this.#context;
      if (!context) return null;
      try {
        return { value: await this.#parts.task.run(context) };
      } finally {
        this.#tellTheEnd(context);
        await this.#parts.letGo();
      }
    } finally {
      this.#over.end();
    }
  }

  /** The caller that started the work gets the outcome instead. */
  #tellTheEnd({ parts: { clock } }: TaskContext): void {
    const { status } = this.#held;
    if (status === 'disconnected' || status === 'logged_out' || status === 'failed') return;
    const close = endedHere(clock.now(), this.#over.signal.reason);
    this.#share({ kind: 'status', status: 'disconnected', close, retryInMs: null }, clock.now());
  }

  #contextOf({ session, parts }: { session: Session; parts: HolderParts }): TaskContext {
    return {
      parts,
      session,
      signal: this.#over.signal,
      tell: (event) =>
        callEach([() => this.#parts.onEvent(event), () => this.#share(event, parts.clock.now())]),
      held: () => this.#held,
      until: (condition, signal) => this.#until(condition, signal),
    };
  }

  #share(event: HolderEvent, now: Date): void {
    this.#held = heldAfter(this.#held, event, now);
    if (event.kind === 'message') this.#lastMessageAt = now;
    const listeners = [this.#parts.note, ...this.#listeners];
    callEach(listeners.map((listener) => () => listener(event)));
  }

  async #until(condition: (held: Held) => boolean, signal: AbortSignal): Promise<void> {
    let look = (): void => undefined;
    const met = new Promise<void>((resolve) => {
      look = () => condition(this.#held) && resolve();
    });
    this.#listeners.add(look);
    look();
    try {
      await abortable(Promise.race([met, this.#gone]), signal);
    } finally {
      this.#listeners.delete(look);
    }
  }
}
