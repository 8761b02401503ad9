import { NotPairedError, UsageError } from '../errors.ts';
import { assertUnfenced } from '../domain/connectable.ts';
import { ruleOf } from '../domain/close-table.ts';
import type { Close } from '../domain/close.ts';
import { holderWords } from '../domain/held.ts';
import type { HolderEvent, LiveStatus } from '../domain/held.ts';
import { parseJid } from '../domain/jid.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Identity, Session } from '../domain/session.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import type { HoldOptions } from '../ports/holder.ts';
import { startActivity } from './activity.ts';
import type { Activity } from './activity.ts';
import { closeOfFailure } from './check.ts';
import { recordClose } from './history.ts';
import type { Task, TaskContext } from './task.ts';

/** The connection of a program, as far as the program shows it. */
export type ProgramLine = {
  /** Asks WhatsApp whether the connection lives. Rejects when it does not. */
  readonly ask: (signal: AbortSignal) => Promise<void>;
  readonly lastHeardAt: () => Date | null;
};

/** A program of somebody else's makes the connection; this process holds the session for it until it says that it is done. */
export class ProgramTask implements Task<void> {
  readonly stays = true;
  readonly stopped = 'its program was told to end the connection; the credentials are kept';
  readonly stopsWithinMs = 10_000;
  /** Resolves when the session is held. */
  readonly begun: Promise<TaskContext>;
  #begin: (context: TaskContext) => void = () => undefined;
  #end: () => void = () => undefined;
  readonly #done: Promise<void>;
  #activity: Activity | undefined;
  #line: ProgramLine | undefined;
  #notes: Promise<unknown> = Promise.resolve();

  constructor() {
    this.begun = new Promise((resolve) => (this.#begin = resolve));
    this.#done = new Promise((resolve) => (this.#end = resolve));
  }

  get lastHeardAt(): Date | null {
    return this.#line?.lastHeardAt() ?? null;
  }

  async run(context: TaskContext): Promise<void> {
    const { parts, session } = context;
    if (!mayBeLinked(session)) throw new NotPairedError(session.id);
    assertUnfenced(session);
    this.#activity = startActivity(parts, session);
    this.#begin(context);
    await this.#done;
    await this.#notes;
    await this.#activity.end();
  }

  /** The program has closed its connection, or never opened one. */
  end(): void {
    this.#end();
  }

  /** The program opens a connection that it shows. */
  async connecting(line: ProgramLine): Promise<void> {
    this.#line = line;
    await this.#tell({ kind: 'status', status: 'connecting', close: null, retryInMs: null });
  }

  loggedIn(identity: Identity): Promise<void> {
    return this.#inTurn(async ({ parts, session }) => {
      await parts.store.recordLogin(session.id, identity);
      await this.#tell({ kind: 'status', status: 'logged_in', close: null, retryInMs: null });
    });
  }

  /** The connection is closed; the program may open another. */
  closed(close: Close): Promise<void> {
    this.#line = undefined;
    return this.#inTurn(async ({ parts, session }) => {
      const meant = await recordClose(parts, session.id, close);
      const { restingStatus, next } = ruleOf(meant);
      const status = next === 'final' ? restingStatus : 'connecting';
      if (status === 'failed') await parts.store.update(session.id, { status });
      await this.#tell({ kind: 'status', status, close: meant, retryInMs: null });
    });
  }

  async note(event: Extract<HolderEvent, { kind: 'message' | 'push_name' }>): Promise<void> {
    this.#activity?.note(event);
    await this.#tell(event);
  }

  async pair(context: TaskContext, _goal: PairGoal, { signal }: HoldOptions): Promise<Session | undefined> {
    const { parts, session, held, until } = context;
    await until(({ status }) => status === 'logged_in', signal);
    return held().status === 'logged_in' ? ((await parts.store.get(session.id)) ?? session) : undefined;
  }

  async check({ parts, session, held }: TaskContext, { signal }: HoldOptions): Promise<LiveStatus> {
    const now = (await parts.store.get(session.id)) ?? session;
    const asOf = (): Date => parts.clock.now();
    let { close } = held();
    const { status } = held();
    if (status !== 'logged_in' || !this.#line)
      return { session: now, status, close, profile: null, asOf: asOf() };
    try {
      await this.#line.ask(signal);
    } catch (error) {
      signal.throwIfAborted();
      close = closeOfFailure(error, asOf());
      if (!close) throw error;
      return { session: now, status: 'connected', close, profile: null, asOf: asOf() };
    }
    const jid = now.whatsappJid ? parseJid(now.whatsappJid) : undefined;
    const profile = jid && {
      phone: jid.user,
      whatsappJid: `${jid.user}@${jid.server}`,
      ...(now.pushName !== null && { pushName: now.pushName }),
    };
    return { session: now, status, close: null, profile: profile ?? null, asOf: asOf() };
  }

  restart({ session, held }: TaskContext): Promise<never> {
    const words = `${session.id} is kept online by ${holderWords(held())}, which makes its own connection`;
    return Promise.reject(new UsageError(words, 'restart that program'));
  }

  async #tell(event: HolderEvent): Promise<void> {
    (await this.begun).tell(event);
  }

  #inTurn(work: (context: TaskContext) => Promise<void>): Promise<void> {
    const done = this.#notes.then(async () => work(await this.begun));
    this.#notes = done.catch(() => undefined);
    return done;
  }
}
