import type { HoldOptions } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import { OnlineTask } from './online-task.ts';
import { PairTask } from './pair-task.ts';
import { Reopen } from './reopen.ts';
import type { PasskeyTaker, TaskContext, Task } from './task.ts';
import type { ActionResult, LiveStatus } from '../domain/held.ts';
import type { ConnectGoal, PairGoal } from '../domain/connect-goal.ts';

/** Pairs a session and then keeps it online, on the connection that has logged it in. */
export class PairOnlineTask implements Task<ActionResult> {
  readonly stays = true;
  /** The session once it is logged in; rejects when the task ends first. */
  readonly paired: Promise<Session>;
  readonly #pairing: PairTask;
  readonly #online: OnlineTask;
  #hasLoggedIn = false;
  #succeed: (session: Promise<Session>) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(goal: PairGoal, timeoutMs: number | undefined, maxRetries: number) {
    const reopen = new Reopen();
    this.#pairing = new PairTask(goal, timeoutMs, reopen);
    this.#online = new OnlineTask(maxRetries, reopen);
    this.paired = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
    // Not every caller waits for it.
    this.paired.catch(() => undefined);
  }

  get stopped(): string {
    return this.#now.stopped;
  }

  get isMovable(): boolean {
    return this.#hasLoggedIn;
  }

  get passkey(): PasskeyTaker | undefined {
    return this.#pairing.passkey;
  }

  get lastHeardAt(): Date | null {
    return this.#online.lastHeardAt;
  }

  async run(context: TaskContext): Promise<ActionResult> {
    const { way, end } = this.#pairing.begin(context);
    const { session, parts } = context;
    const onLogin = (): void => {
      this.#hasLoggedIn = true;
      this.#succeed(parts.store.get(session.id).then((now) => now ?? session));
    };
    try {
      const isFinished = await this.#pairing.finish(context, way);
      const goal = isFinished ? (): ConnectGoal => ({ kind: 'login' }) : way.goal;
      // Its retries were spent on credentials that have been replaced.
      const fresh = { ...context, session: { ...session, retries: 0 } };
      return await this.#online.stay(fresh, { ...way, goal, onLogin });
    } catch (error) {
      this.#fail(error);
      if (this.#pairing.isProven) return this.#online.endedBy(error, session);
      await this.#pairing.recordLate(context, error);
      throw error;
    } finally {
      end();
    }
  }

  async pair(context: TaskContext, goal: PairGoal, options: HoldOptions): Promise<Session | undefined> {
    return this.#hasLoggedIn
      ? this.#online.pair(context, goal, options)
      : this.#pairing.join(this.paired, context, goal, options);
  }

  async check(context: TaskContext, options: HoldOptions): Promise<LiveStatus | undefined> {
    return this.#now.check(context, options);
  }

  async restart(context: TaskContext, options: HoldOptions): Promise<ActionResult | undefined> {
    return this.#now.restart(context, options);
  }

  async logout(context: TaskContext, options: HoldOptions): Promise<ActionResult | undefined> {
    return this.#pairing.isProven ? this.#online.logout(context, options) : undefined;
  }

  get #now(): PairTask | OnlineTask {
    return this.#pairing.isProven ? this.#online : this.#pairing;
  }
}
