import type { Close } from './close.ts';
import type { Session, SessionStatus } from './session.ts';
import type { ConnectionEvent, PairGoal, Profile } from './whatsapp.ts';

/** What happens to a held session, in order. */
export type HolderEvent =
  | {
      readonly kind: 'status';
      readonly status: SessionStatus;
      /** The close that led here, if one did. */
      readonly close: Close | null;
      /** Until the next attempt, when one is planned. */
      readonly retryInMs: number | null;
    }
  | Extract<ConnectionEvent, { kind: 'qr' | 'pair_code' | 'wrong_code' | 'message' | 'push_name' }>;

export type OnHolderEvent = (event: HolderEvent) => void;

/** The truth about a session at `asOf`, asked of WhatsApp itself. */
export type LiveStatus = {
  readonly session: Session;
  readonly status: SessionStatus;
  /** Why it is not logged in; null when it is. */
  readonly close: Close | null;
  /** Only when it is logged in. */
  readonly profile: Profile | null;
  readonly asOf: Date;
};

/** What an action came to: `details` is a sentence for people. */
export type ActionResult = { readonly id: string; readonly status: SessionStatus; readonly details: string };

export type HoldOptions = {
  readonly signal: AbortSignal;
  /** Bounds the whole of it. */
  readonly timeoutMs?: number;
};

/**
 * Sessions with live sockets. Each session is held by one process at a time; all methods throw WactlError, and the
 * signal's reason when it is aborted, after the socket is closed and the store is written.
 */
export interface Holder {
  /** Pairs and goes on until WhatsApp has logged the new device in. On failure the store keeps nothing of it. */
  pair(session: Session, goal: PairGoal, options: HoldOptions, onEvent: OnHolderEvent): Promise<Session>;
  /** Logs in, reads the profile, closes. Being unreachable or logged out is an answer, not a failure. */
  check(session: Session, options: HoldOptions): Promise<LiveStatus>;
  /** Keeps the session online by the close table. Ends by throwing: the final close, or the signal's reason. */
  keepOnline(
    session: Session,
    options: HoldOptions & { readonly maxRetries: number },
    onEvent: OnHolderEvent,
  ): Promise<never>;
  disconnect(session: Session, options: HoldOptions): Promise<ActionResult>;
  restart(session: Session, options: HoldOptions): Promise<ActionResult>;
  /** Unlinks the device from the phone, then forgets its credentials; the record stays. */
  logout(session: Session, options: HoldOptions): Promise<ActionResult>;
}
