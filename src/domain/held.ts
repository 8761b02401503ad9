import type { Close } from './close.ts';
import type { Session, SessionStatus } from './session.ts';
import type {
  ConnectionEvent,
  ShownCode,
  ShownPasskey,
  ShownPasskeyCode,
  ShownQr,
} from './connection-event.ts';
import type { Profile } from './profile.ts';

/** The events of a held session, in order. */
export type HolderEvent =
  | {
      readonly kind: 'status';
      readonly status: SessionStatus;
      /** The close that led here, if one did. */
      readonly close: Close | null;
      /** Until the next attempt, when one is planned. */
      readonly retryInMs: number | null;
    }
  | Extract<
      ConnectionEvent,
      { kind: 'qr' | 'pair_code' | 'wrong_code' | 'passkey' | 'passkey_code' | 'message' | 'push_name' }
    >;

/** When something last arrived on the connection that is kept open. */
export type Heard = {
  /** A message. */
  readonly lastMessageAt?: Date;
  /** Anything, also what WhatsApp sends by itself. */
  readonly lastHeardAt?: Date;
};

/** A session that some process holds, as that process sees it now. */
export type Held = Heard & {
  readonly id: string;
  readonly pid: number;
  /** The machine of that process, if it is another one. */
  readonly host?: string;
  /** The name of a program that holds it by itself, "bot.js"; left out for wactl. */
  readonly program?: string;
  readonly since: Date;
  /** True for `connect` and `serve`; false for a process that is ending, or a command that holds it for its own work. */
  readonly stays: boolean;
  readonly status: SessionStatus;
  /** Why it is not logged in, as far as it has been. */
  readonly close: Close | null;
  /** When the next attempt is planned; null when none is. */
  readonly retryAt: Date | null;
  /** The QR on show; a secret while it is valid. */
  readonly qr: ShownQr | null;
  readonly pairCode: ShownCode | null;
  /** The passkey that WhatsApp asks for. */
  readonly passkey: ShownPasskey | null;
  /** The code that the phone shows too, once the passkey was accepted. */
  readonly passkeyCode: ShownPasskeyCode | null;
};

/** What a held session has on show before anything is. */
export const nothingOnShow = { qr: null, pairCode: null, passkey: null, passkeyCode: null } as const;

/** The truth about a session at `asOf`, asked of WhatsApp itself. */
export type LiveStatus = Heard & {
  readonly session: Session;
  readonly status: SessionStatus;
  /** Why it is not logged in; null when it is. */
  readonly close: Close | null;
  /** Only when it is logged in. */
  readonly profile: Profile | null;
  readonly asOf: Date;
};

/** A status as WhatsApp gave it, or as it is stored; then it is as of the last change of the record. */
export type StatusReport = LiveStatus & { readonly source: 'live' | 'store' };

/** The result of an action; `details` is a sentence for people. */
export type ActionResult = { readonly id: string; readonly status: SessionStatus; readonly details: string };

/** A held session after an event. A QR, a code or a passkey request is on show until the next change of status. */
export function heldAfter(held: Held, event: HolderEvent, now: Date): Held {
  switch (event.kind) {
    case 'status': {
      const { status, retryInMs } = event;
      const close = status === 'logged_in' ? null : (event.close ?? held.close);
      const retryAt = retryInMs === null ? null : new Date(now.getTime() + retryInMs);
      return { ...held, status, close, retryAt, ...nothingOnShow };
    }
    case 'qr': {
      const { payload, seq, expiresAt, rescan } = event;
      const qr = { payload, seq, expiresAt, rescan };
      return { ...held, status: 'waiting_for_qr', ...nothingOnShow, qr };
    }
    case 'pair_code': {
      const { code, phone, seq, expiresAt } = event;
      const pairCode = { code, phone, seq, expiresAt };
      return { ...held, status: 'waiting_for_pair_code', ...nothingOnShow, pairCode };
    }
    case 'passkey': {
      const { options, expiresAt, handoffUntil } = event;
      const passkey = { options, expiresAt, handoffUntil };
      return { ...held, status: 'waiting_for_passkey', ...nothingOnShow, passkey };
    }
    case 'passkey_code': {
      const { code, needsConfirmation } = event;
      return { ...held, passkeyCode: { code, needsConfirmation } };
    }
    default:
      return held;
  }
}

/** The current state as events: first the status, then what is on show. */
export function eventsOfHeld(held: Held, now: Date): HolderEvent[] {
  const { status, close, retryAt, qr, pairCode, passkey, passkeyCode } = held;
  const retryInMs = retryAt && Math.max(0, retryAt.getTime() - now.getTime());
  return [
    { kind: 'status', status, close, retryInMs },
    ...(qr ? [{ kind: 'qr', ...qr } as const] : []),
    ...(pairCode ? [{ kind: 'pair_code', ...pairCode } as const] : []),
    ...(passkey ? [{ kind: 'passkey', ...passkey } as const] : []),
    ...(passkeyCode ? [{ kind: 'passkey_code', ...passkeyCode } as const] : []),
  ];
}

/** "process 812", "bot.js (process 812)", or "process 812 on wa-2". */
export function holderWords({ pid, program, host }: Pick<Held, 'pid' | 'program' | 'host'>): string {
  const words = program === undefined ? `process ${String(pid)}` : `${program} (process ${String(pid)})`;
  return host === undefined ? words : `${words} on ${host}`;
}
