import type { HoldOptions } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import { OnlineWork } from './online-work.ts';
import { PairWork } from './pair-work.ts';
import { Reopen } from './reopen.ts';
import type { Stage, Work } from './work.ts';
import type { ActionResult, LiveStatus } from '../domain/held.ts';
import type { ConnectGoal, PairGoal } from '../domain/connect-goal.ts';

/** Pairs a session and then keeps it online, on the connection that has logged it in. */
export class PairOnlineWork implements Work<ActionResult> {
  readonly stays = true;
  /** The session once it is logged in; rejects when the work has ended before that. */
  readonly paired: Promise<Session>;
  readonly #pairing: PairWork;
  readonly #online: OnlineWork;
  #hasLoggedIn = false;
  #succeed: (session: Promise<Session>) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(goal: PairGoal, timeoutMs: number | undefined, maxRetries: number) {
    const reopen = new Reopen();
    this.#pairing = new PairWork(goal, timeoutMs, reopen);
    this.#online = new OnlineWork(maxRetries, reopen);
    this.paired = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
    // Not everybody waits for it.
    this.paired.catch(() => undefined);
  }

  get stopped(): string {
    return this.#now.stopped;
  }

  get lastHeardAt(): Date | null {
    return this.#online.lastHeardAt;
  }

  async run(stage: Stage): Promise<ActionResult> {
    const { way, end } = this.#pairing.begin(stage);
    const { session, parts } = stage;
    const onLogin = (): void => {
      this.#hasLoggedIn = true;
      this.#succeed(parts.store.get(session.id).then((now) => now ?? session));
    };
    try {
      const isFinished = await this.#pairing.finish(stage, way);
      const goal = isFinished ? (): ConnectGoal => ({ kind: 'login' }) : way.goal;
      // Its retries were spent on credentials that are replaced.
      const fresh = { ...stage, session: { ...session, retries: 0 } };
      return await this.#online.stay(fresh, { ...way, goal, onLogin });
    } catch (error) {
      this.#fail(error);
      if (this.#pairing.isProven) return this.#online.endedBy(error, session);
      throw error;
    } finally {
      end();
    }
  }

  async pair(stage: Stage, goal: PairGoal, options: HoldOptions): Promise<Session | undefined> {
    return this.#hasLoggedIn
      ? this.#online.pair(stage, goal, options)
      : this.#pairing.join(this.paired, stage, goal, options);
  }

  async check(stage: Stage, options: HoldOptions): Promise<LiveStatus | undefined> {
    return this.#now.check(stage, options);
  }

  async restart(stage: Stage, options: HoldOptions): Promise<ActionResult | undefined> {
    return this.#now.restart(stage, options);
  }

  async logout(stage: Stage, options: HoldOptions): Promise<ActionResult | undefined> {
    return this.#pairing.isProven ? this.#online.logout(stage, options) : undefined;
  }

  get #now(): PairWork | OnlineWork {
    return this.#pairing.isProven ? this.#online : this.#pairing;
  }
}
