import { UsageError, WactlError } from '../errors.ts';
import type { HoldOptions, OnHolderEvent } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import type { HolderParts } from './parts.ts';
import type { ActionResult, Held, LiveStatus } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import type { Connection } from '../ports/whatsapp.ts';

/** What a task works with. */
export type TaskContext = {
  readonly parts: HolderParts;
  /** As read right after the session was taken. */
  readonly session: Session;
  /** Aborted when the task must end; with a TakenAwayError when another command ends it. */
  readonly signal: AbortSignal;
  readonly tell: OnHolderEvent;
  /** The state reported so far. */
  readonly held: () => Held;
  /** Resolves as soon as `condition` holds or the task has ended; rejects with the signal's reason. */
  readonly until: (condition: (held: Held) => boolean, signal: AbortSignal) => Promise<void>;
};

export type PasskeyTaker = Pick<Connection, 'answerPasskey' | 'confirmPasskey'>;

/**
 * Why a process holds a session, and how it serves other requests meanwhile. If a method is missing or resolves to
 * undefined, that request waits until the task has ended.
 */
export interface Task<T> {
  /** Whether it runs until it is stopped. */
  readonly stays: boolean;
  /** Whether it only checks: its coming and going is not reported, only a final result is. */
  readonly looksIn?: boolean;
  /** The details to report when a `disconnect` stops it; left out when callers may only wait for it. */
  readonly stopped?: string;
  /** How long it may take to stop, where that is not in this program's hands. */
  readonly stopsWithinMs?: number;
  /** When anything last came from WhatsApp; null when nothing has. */
  readonly lastHeardAt?: Date | null;
  /** Whether another host may take the session over at any time, and go on. */
  readonly isMovable?: boolean;
  /** Takes the answer to a request for a passkey; undefined while nothing is paired. */
  readonly passkey?: PasskeyTaker | undefined;
  /** Ends with the socket closed and the store written. */
  run(context: TaskContext): Promise<T>;
  /** Pairs the session as `goal` says; resolves when it is logged in. */
  pair?(context: TaskContext, goal: PairGoal, options: HoldOptions): Promise<Session | undefined>;
  check?(context: TaskContext, options: HoldOptions): Promise<LiveStatus | undefined>;
  restart?(context: TaskContext, options: HoldOptions): Promise<ActionResult | undefined>;
  logout?(context: TaskContext, options: HoldOptions): Promise<ActionResult | undefined>;
}

/** Another command has taken the session away from this one; or another host is to take it (`handover`). */
export class TakenAwayError extends WactlError {
  readonly by: 'disconnect' | 'logout' | 'handover';

  constructor(id: string, by: TakenAwayError['by']) {
    super(
      'pairing_expired',
      `${id}: another command stopped the pairing`,
      `start again with: wactl qr ${id}`,
    );
    this.by = by;
  }
}

/** There is no pairing that could have asked for a passkey. */
export const notPairing = (id: string): UsageError =>
  new UsageError(
    `${id} is not being paired, so WhatsApp asks for no passkey`,
    `pair it with: wactl qr ${id}`,
  );
