import { WactlError } from '../errors.ts';
import { closeTable, ruleOf } from '../domain/close-table.ts';
import type { HoldOptions } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import { abortable } from './abortable.ts';
import { startActivity } from './activity.ts';
import { notInTime } from './check.ts';
import { startDeadline } from '../domain/deadline.ts';
import { recordFailedPairing } from './history.ts';
import type { WayIn } from './online-task.ts';
import { runReconnectLoop } from './reconnect-loop.ts';
import { Reopen } from './reopen.ts';
import type { PasskeyTaker, TaskContext, Task } from './task.ts';
import type { ActionResult, LiveStatus } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import { ClosedError } from '../domain/closed-error.ts';
import { lookIn } from './look-in.ts';
import type { Clock } from '../ports/clock.ts';
import type { Line } from './line.ts';

/** How many times a proven pairing retries its login before it leaves the login to the next command. */
const loginRetriesAfterPairing = 3;

/**
 * Pairs a session and continues until it is logged in and has the phone's first messages. Other commands may follow it,
 * or change how it is paired.
 */
export class PairTask implements Task<Session> {
  readonly stays = false;
  readonly stopped = 'the pairing was stopped';
  #goal: PairGoal;
  readonly #timeoutMs: number | undefined;
  readonly #reopen: Reopen;
  #isProven = false;
  #connection: PasskeyTaker | undefined;
  #running: Promise<Session> | undefined;
  #late: WactlError | undefined;

  constructor(goal: PairGoal, timeoutMs: number | undefined, reopen = new Reopen()) {
    this.#goal = goal;
    this.#timeoutMs = timeoutMs;
    this.#reopen = reopen;
  }

  get passkey(): PasskeyTaker | undefined {
    return this.#isProven ? undefined : this.#connection;
  }

  /** Whether the device is linked and only the login is missing. */
  get isProven(): boolean {
    return this.#isProven;
  }

  run(context: TaskContext): Promise<Session> {
    return (this.#running = this.#run(context));
  }

  async pair(context: TaskContext, goal: PairGoal, options: HoldOptions): Promise<Session | undefined> {
    return this.#running && this.join(this.#running, context, goal, options);
  }

  /** Makes the task pair as `goal` says, and waits for it. */
  async join(
    paired: Promise<Session>,
    context: TaskContext,
    goal: PairGoal,
    { signal, timeoutMs }: HoldOptions,
  ): Promise<Session> {
    if (!this.#isProven && !isSame(goal, this.#goal)) {
      this.#goal = goal;
      this.#reopen.now();
    }
    const deadline = startDeadline(context.parts.clock, signal, timeoutMs, () =>
      pairedTooLate(context.session),
    );
    try {
      return await abortable(paired, deadline.signal);
    } finally {
      deadline.end();
    }
  }

  check({ session, parts: { store, clock }, held }: TaskContext): Promise<LiveStatus | undefined> {
    if (this.#isProven) return Promise.resolve(undefined);
    const { status, close } = held();
    return store
      .get(session.id)
      .then((now) => ({ session: now ?? session, status, close, profile: null, asOf: clock.now() }));
  }

  restart({ session: { id } }: TaskContext): Promise<ActionResult | undefined> {
    if (this.#isProven) return Promise.resolve(undefined);
    this.#reopen.now();
    return Promise.resolve({ id, status: 'connecting', details: 'the pairing has started again' });
  }

  /** The way to the first login: a pairing within its time limit. Call `end` when the loop has ended. */
  begin({ parts: { clock }, session, signal, tell }: TaskContext): {
    readonly way: WayIn;
    readonly end: () => void;
  } {
    let isOnShow = false;
    let isPasskeyAsked = false;
    // If there was nothing to scan or type yet, the delay was WhatsApp's, not the person's.
    const late = (): WactlError => {
      const shown = isPasskeyAsked ? passkeyTooLate(session) : pairedTooLate(session);
      return (this.#late = isOnShow ? shown : notInTime(session.id));
    };
    const deadline = startDeadline(clock, signal, this.#timeoutMs, late);
    return {
      way: {
        goal: () => this.#goal,
        signal: deadline.signal,
        onEvent: (event) => {
          isOnShow ||= event.kind === 'qr' || event.kind === 'pair_code';
          isPasskeyAsked ||= event.kind === 'passkey';
          tell(event);
        },
        onOpen: (connection) => (this.#connection = connection),
        // The limit is for the person with the phone; a login has the engine's own.
        onPaired: () => {
          this.#isProven = true;
          deadline.lift();
        },
      },
      end: () => deadline.end(),
    };
  }

  /** Records that the time of the pairing was up, if that is what ended it; the loop records how else it failed. */
  async recordLate({ parts, session, tell }: TaskContext, error: unknown): Promise<void> {
    if (!this.#late || error !== this.#late) return;
    const { code } = this.#late;
    const reason = code === 'timed_out' || code === 'passkey_required' ? code : 'pairing_expired';
    const close = { reason, code: null, at: parts.clock.now() } as const;
    const status = await recordFailedPairing(parts, session.id, close);
    tell({ kind: 'status', status, close, retryInMs: null });
  }

  /**
   * The previous pairing may have been cut short by a process that ended. As long as the phone may list that device, no
   * other device is paired. True when a login has confirmed it.
   */
  async finish(context: TaskContext, { signal, onPaired }: WayIn): Promise<boolean> {
    const isFinished = await finishPairing(context, signal);
    if (isFinished) onPaired?.();
    return isFinished;
  }

  async #run(context: TaskContext): Promise<Session> {
    const { parts, session } = context;
    const { way, end } = this.begin(context);
    const activity = startActivity(parts, session);
    try {
      if (await this.finish(context, way)) return (await parts.store.get(session.id)) ?? session;
      await runReconnectLoop(parts, session, {
        ...way,
        onEvent: (event) => {
          activity.note(event);
          way.onEvent(event);
        },
        maxRetries: loginRetriesAfterPairing,
        storedBudget: false,
        reopen: this.#reopen,
        onLogin: (line) => untilSynced(line, parts.clock),
      });
    } catch (error) {
      await this.recordLate(context, error);
      throw error;
    } finally {
      end();
      await activity.end();
    }
    return (await parts.store.get(session.id)) ?? session;
  }
}

/** Whether the running pairing also serves the wanted one. */
function isSame(wanted: PairGoal, running: PairGoal): boolean {
  if (wanted.kind !== 'pair_by_code' || running.kind !== 'pair_by_code') return wanted.kind === running.kind;
  return wanted.phone === running.phone && (wanted.code === undefined || wanted.code === running.code);
}

const passkeyTooLate = ({ id }: Session): WactlError =>
  new WactlError(
    'passkey_required',
    `${id}: ${closeTable.passkey_required.meaning}`,
    closeTable.passkey_required.hint,
  );

const pairedTooLate = ({ id }: Session): WactlError =>
  new WactlError(
    'pairing_expired',
    `${id}: ${closeTable.pairing_expired.meaning}`,
    'allow more time with --timeout',
  );

/**
 * Finishes a pairing that was cut short before its first login. A login confirms it, or shows that the phone does not
 * list the device. Resolves to whether it is confirmed; if not, the session may be paired again. Throws when WhatsApp
 * cannot be asked.
 */
async function finishPairing(context: TaskContext, signal: AbortSignal): Promise<boolean> {
  const { unconfirmed, damaged, fence } = context.session;
  if (!unconfirmed || damaged || fence) return false;
  try {
    await lookIn(context, signal, () => true);
    return true;
  } catch (error) {
    const isMendedByPairing =
      error instanceof ClosedError
        ? ruleOf(error.close).isMendedByPairing
        : error instanceof WactlError && error.code === 'store_damaged';
    if (isMendedByPairing) return false;
    throw error;
  }
}

/** How long a new device waits for the phone, which may be slow or out of reach. */
const longestSyncMs = 10_000;

/**
 * Waits until the phone has delivered its first messages, or the time for that is up. False when the connection closed
 * earlier: WhatsApp keeps unacknowledged messages for the next login.
 */
async function untilSynced({ connection, closed }: Line, clock: Clock): Promise<boolean> {
  const over = new AbortController();
  const late = clock.sleep(longestSyncMs, over.signal).then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([connection.synced.then(() => true), closed.then(() => false), late]);
  } finally {
    over.abort();
  }
}
