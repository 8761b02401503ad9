import { WactlError } from '../errors.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { EngineRecord } from '../domain/engine.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import type { HolderEvent, LiveStatus, ActionResult, Held } from '../domain/held.ts';

export type OnHolderEvent = (event: HolderEvent) => void;

export type HoldOptions = {
  readonly signal: AbortSignal;
  /** Bounds the whole of it. */
  readonly timeoutMs?: number;
};

export type KeepOptions = HoldOptions & { readonly maxRetries: number };

export type RemoveOptions = HoldOptions & {
  /** False: WhatsApp is not asked, and the phone may go on listing the device. */
  readonly unlink: boolean;
};

export type PairOptions = HoldOptions & {
  /** In a process that stays: the session is online from then on, on the connection that has logged it in. */
  readonly stayOnline?: { readonly maxRetries: number };
};

/** Nobody answers where a holder was: refused, not there, or cut off in the middle. Asking anew finds out who holds. */
export class HolderGoneError extends WactlError {
  constructor(options?: ErrorOptions) {
    super('unreachable', 'the process that held the session has ended', 'try again', options);
  }
}

/** The process that was asked does not hold the session (any more). Asking anew finds out who does. */
export class NotHeldError extends WactlError {
  constructor(id: string) {
    super('not_held', `${id} is not held by the process that was asked`, 'try again');
  }
}

/**
 * Sessions with live sockets. Each session is held by one process at a time, and whoever does not hold it asks the one
 * that does. All methods throw WactlError, and the signal's reason when it is aborted: then what this call has begun is
 * ended first (socket closed, store written, lease released), and what another has begun goes on.
 */
export interface Holder {
  /**
   * Pairs and goes on until WhatsApp has logged the new device in. On failure the store keeps what a phone may list, as
   * unconfirmed, and nothing else; one that is unconfirmed is finished first. A pairing of the same kind that is under way
   * is followed, another one is replaced; a session that is logged in is the answer.
   */
  pair(session: Session, goal: PairGoal, options: PairOptions, onEvent: OnHolderEvent): Promise<Session>;
  /**
   * Whether it is logged in, with its profile: from the open connection where there is one, else from one that is
   * opened for it. Being unreachable or logged out is an answer, not a failure.
   */
  check(session: Session, options: HoldOptions): Promise<LiveStatus>;
  /**
   * Keeps the session online by the close table, in this process. Resolves when somebody took it offline, or at once
   * when another process keeps it online; throws the final close, or the signal's reason.
   */
  keepOnline(session: Session, options: KeepOptions, onEvent: OnHolderEvent): Promise<ActionResult>;
  /**
   * Puts the session online in a process that stays, and answers with the status it came to: `logged_in`, or
   * `connecting` when the time is up. Throws the final close. Only where there is such a process: in `serve`.
   */
  bringOnline(session: Session, options: KeepOptions): Promise<ActionResult>;
  disconnect(session: Pick<Session, 'id'>, options: HoldOptions): Promise<ActionResult>;
  restart(session: Session, options: HoldOptions): Promise<ActionResult>;
  /** Unlinks the device from the phone, then forgets its credentials; the record stays. */
  logout(session: Pick<Session, 'id'>, options: HoldOptions): Promise<ActionResult>;
  /**
   * Has whoever holds it let it go, unlinks the device where the phone may list one, and removes all there is of it. It is
   * removed only as long as nobody has it, and nothing is linked: what another command pairs meanwhile is unlinked too.
   * Throws, and keeps everything, when WhatsApp cannot be asked.
   */
  remove(session: Pick<Session, 'id'>, options: RemoveOptions): Promise<void>;
  /** Null when nobody holds it. Throws `in_use` when its holder does not answer. */
  held(session: Pick<Session, 'id'>, options: HoldOptions): Promise<Held | null>;
  /** The program that holds it, as that one tells; null when nobody holds it. */
  engine(session: Pick<Session, 'id' | 'endpoint'>, options: HoldOptions): Promise<EngineRecord | null>;
  /** Has who holds the session look anew at its webhook and at what waits for that. Does nothing when nobody does. */
  refreshWebhook(session: Pick<Session, 'id'>, options: HoldOptions): Promise<void>;
  /**
   * Tells what is (status, and the QR or code on show), then what happens, until the session is no longer held: at once
   * when nobody holds it.
   */
  follow(session: Pick<Session, 'id'>, options: HoldOptions, onEvent: OnHolderEvent): Promise<void>;
  /** What the holders of sessions say of them, for those that are there: quick, and of all sessions at once. */
  heldStatuses(): Promise<ReadonlyMap<string, SessionStatus>>;
}
