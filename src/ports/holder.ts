import type { Session, SessionStatus } from '../domain/session.ts';
import type { EngineRecord } from '../domain/engine.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import type { ShownPasskeyCode } from '../domain/connection-event.ts';
import type { HolderEvent, LiveStatus, ActionResult, Held } from '../domain/held.ts';
import type { FeedEvent } from './feed.ts';

export type OnHolderEvent = (event: HolderEvent) => void;

export type HoldOptions = {
  readonly signal: AbortSignal;
  /** Limits the whole call. */
  readonly timeoutMs?: number;
};

/** `gap`: what came after the event with the id `after` is not all known; the current state follows. */
export type FollowedEvent = FeedEvent | { readonly kind: 'gap'; readonly after: string };

/** `eventId`: the id that the process which holds the session has given the event; left out where it gave none. */
export type OnFollowed = (event: FollowedEvent, eventId?: string) => void;

export type FollowOptions = HoldOptions & {
  /** Of the last event that the caller has had: those after it are reported instead of the current state. */
  readonly lastEventId?: string | undefined;
};

export type KeepOptions = HoldOptions & { readonly maxRetries: number };

export type RemoveOptions = HoldOptions & {
  /** False: WhatsApp is not asked, and the phone may still list the device. */
  readonly unlink: boolean;
};

export type PairOptions = HoldOptions & {
  /** In a process that stays: keeps the session online afterwards, on the connection that logged it in. */
  readonly stayOnline?: { readonly maxRetries: number };
};

/**
 * Sessions with live sockets. One process at a time holds a session, and every other process asks that one. All methods
 * throw WactlError, or the signal's reason when it is aborted: work that this call started is ended first (socket
 * closed, store written, lease released), and work that another call started continues.
 */
export interface Holder {
  /**
   * Pairs and continues until WhatsApp has logged the new device in. On failure the store keeps a device that a phone
   * may list, as unconfirmed, and nothing else; an unconfirmed pairing is finished first. The call joins a running
   * pairing of the same kind, replaces one of another kind, and returns a session that is already logged in.
   */
  pair(session: Session, goal: PairGoal, options: PairOptions, onEvent: OnHolderEvent): Promise<Session>;
  /**
   * Whether it is logged in, with its profile: from the open connection if there is one, otherwise from a new one.
   * Being unreachable or logged out is an answer, not a failure.
   */
  check(session: Session, options: HoldOptions): Promise<LiveStatus>;
  /**
   * Keeps the session online by the close table, in this process. Resolves when a command takes it offline, or at once
   * when another process keeps it online; throws the final close, or the signal's reason.
   */
  keepOnline(session: Session, options: KeepOptions, onEvent: OnHolderEvent): Promise<ActionResult>;
  /**
   * Puts the session online in a process that stays, and resolves to the status reached: `logged_in`, or `connecting`
   * when the time is up. Throws the final close. Only in such a process: `serve`.
   */
  bringOnline(session: Session, options: KeepOptions): Promise<ActionResult>;
  /**
   * Answers the request for a passkey with what a browser has signed (JSON), and resolves to the code that the phone then
   * shows. Throws UsageError when nothing is asked or the answer cannot be right, and the close when the phone does not
   * accept it.
   */
  answerPasskey(
    session: Pick<Session, 'id'>,
    assertion: string,
    options: HoldOptions,
  ): Promise<ShownPasskeyCode>;
  /** The person has compared the codes. Throws UsageError when no code waits for that. */
  confirmPasskey(session: Pick<Session, 'id'>, options: HoldOptions): Promise<void>;
  disconnect(session: Pick<Session, 'id'>, options: HoldOptions): Promise<ActionResult>;
  restart(session: Session, options: HoldOptions): Promise<ActionResult>;
  /** Unlinks the device from the phone, then erases its credentials; the record stays. */
  logout(session: Pick<Session, 'id'>, options: HoldOptions): Promise<ActionResult>;
  /**
   * Makes the holder let the session go, unlinks the device if the phone may list one, and removes everything stored
   * for it. It removes only a session that no process holds and that is not linked: if another command pairs it
   * meanwhile, that device is unlinked too. Throws, and keeps everything, when WhatsApp cannot be asked.
   */
  remove(session: Pick<Session, 'id'>, options: RemoveOptions): Promise<void>;
  /** Null when no process holds it. Throws `in_use` when its holder does not answer. */
  held(session: Pick<Session, 'id'>, options: HoldOptions): Promise<Held | null>;
  /** The program that holds the session, as that program describes itself; null when no process holds it. */
  engine(session: Pick<Session, 'id' | 'endpoint'>, options: HoldOptions): Promise<EngineRecord | null>;
  /** Makes the holder reread the session's webhook and its pending events. Does nothing when no process holds it. */
  refreshWebhook(session: Pick<Session, 'id'>, options: HoldOptions): Promise<void>;
  /**
   * Reports the current state (status, and the QR or code on show), then each event until the last, `released`: at once
   * when no process holds the session.
   */
  follow(session: Pick<Session, 'id'>, options: FollowOptions, onEvent: OnFollowed): Promise<void>;
  /** The statuses that running holders report: quick, for all sessions at once. */
  heldStatuses(): Promise<ReadonlyMap<string, SessionStatus>>;
}
