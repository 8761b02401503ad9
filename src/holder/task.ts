import { WactlError } from '../errors.ts';
import type { HoldOptions, OnHolderEvent } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import type { HolderParts } from './parts.ts';
import type { ActionResult, Held, LiveStatus } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

/** What a piece of work is done with. */
export type TaskContext = {
  readonly parts: HolderParts;
  /** As it was read when it had been taken. */
  readonly session: Session;
  /** Aborted when the work is to end: with a TakenAwayError where another command wants it so. */
  readonly signal: AbortSignal;
  readonly tell: OnHolderEvent;
  /** What has been told so far. */
  readonly held: () => Held;
  /** Resolves as soon as `condition` holds, or the work has ended; rejects with the signal's reason. */
  readonly until: (condition: (held: Held) => boolean, signal: AbortSignal) => Promise<void>;
};

/**
 * What a process holds a session for, and how it takes what others want meanwhile. Where a method is left out or answers
 * undefined, that has to wait until the work has ended.
 */
export interface Task<T> {
  /** Whether it goes on until it is stopped. */
  readonly stays: boolean;
  /** Whether it only looks in: nobody is told that it came and went, only what it found out for good. */
  readonly looksIn?: boolean;
  /** What to say when it was stopped for a `disconnect`; left out where it is not to be stopped, only waited for. */
  readonly stopped?: string;
  /** When anything last came from WhatsApp; null where nothing has. */
  readonly lastHeardAt?: Date | null;
  /** Ends with the socket closed and the store written. */
  run(context: TaskContext): Promise<T>;
  /** Sees to it that the session is paired so; resolves when it is logged in. */
  pair?(context: TaskContext, goal: PairGoal, options: HoldOptions): Promise<Session | undefined>;
  check?(context: TaskContext, options: HoldOptions): Promise<LiveStatus | undefined>;
  restart?(context: TaskContext, options: HoldOptions): Promise<ActionResult | undefined>;
  logout?(context: TaskContext, options: HoldOptions): Promise<ActionResult | undefined>;
}

/** Another command has taken the session out of the hands of this one. */
export class TakenAwayError extends WactlError {
  readonly by: 'disconnect' | 'logout';

  constructor(id: string, by: 'disconnect' | 'logout') {
    super(
      'pairing_expired',
      `${id}: another command stopped the pairing`,
      `start again with: wactl qr ${id}`,
    );
    this.by = by;
  }
}
