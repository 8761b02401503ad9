import { WactlError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Session, SessionStatus } from './session.ts';

/** How a connection ended, in one word. */
export type CloseReason =
  | 'ended_here'
  | 'restart_required'
  | 'unreachable'
  | 'timed_out'
  | 'connection_lost'
  | 'connection_closed'
  | 'server_error'
  | 'unavailable'
  | 'proxy_failed'
  | 'logged_out'
  | 'replaced'
  | 'banned'
  | 'outdated'
  | 'multidevice_mismatch'
  | 'pairing_expired'
  | 'pairing_refused'
  | 'passkey_required'
  | 'forged';

/** One ended connection. `code` is WhatsApp's number where there is one. */
export type Close = {
  readonly reason: CloseReason;
  readonly code: number | null;
  readonly at: Date;
};

/** What a close means and what follows from it. */
export type CloseRule = {
  /** Finishes the sentence "the connection ended: …". */
  readonly meaning: string;
  /** `free`: reconnect at once, not counted · `retry`: reconnect with back-off, counted · `final`: give up. */
  readonly next: 'free' | 'retry' | 'refresh_version' | 'final';
  /** The status the session rests in when nothing more is tried. */
  readonly restingStatus: Extract<SessionStatus, 'disconnected' | 'logged_out' | 'failed'>;
  readonly errorCode: ErrorCode;
  /** What to do; `{id}` stands for the session. */
  readonly hint: string;
  /** The same for a session of a sandbox, where that differs; `{endpoint}` stands for the sandbox's address. */
  readonly sandboxHint?: string;
};

const retryHint = 'trying again may help: check the network, then: wactl status {id}';

/** The one table that the reconnect loop, the messages, the exit statuses and the docs read. */
export const closeTable: Readonly<Record<CloseReason, CloseRule>> = {
  ended_here: {
    meaning: 'it was closed here',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: 'bring it back with: wactl connect {id}',
  },
  restart_required: {
    meaning: 'WhatsApp asked for a new connection',
    next: 'free',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: retryHint,
  },
  unreachable: {
    meaning: 'WhatsApp cannot be reached',
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: 'check the network and the proxy, then try again',
    sandboxHint:
      'it belongs to the sandbox at {endpoint}, which does not answer: start one with: wactl sandbox; ' +
      'a session whose sandbox is gone goes with: wactl delete {id} --force',
  },
  timed_out: {
    meaning: 'WhatsApp did not answer in time',
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'timed_out',
    hint: retryHint,
  },
  connection_lost: {
    meaning: 'the connection was lost',
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: retryHint,
  },
  connection_closed: {
    meaning: 'the other side closed the connection',
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: retryHint,
  },
  server_error: {
    meaning: 'WhatsApp reported an error of its own',
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: retryHint,
  },
  unavailable: {
    meaning: 'WhatsApp is not available right now',
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: retryHint,
  },
  proxy_failed: {
    meaning: 'the proxy did not let it through',
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: 'check the proxy and its address; nothing was sent around it',
  },
  logged_out: {
    meaning: 'the phone unlinked this device',
    next: 'final',
    restingStatus: 'logged_out',
    errorCode: 'logged_out',
    hint: 'pair it again with: wactl qr {id}',
  },
  replaced: {
    meaning: 'another connection of the same device took its place',
    next: 'final',
    restingStatus: 'failed',
    errorCode: 'replaced',
    hint: 'find the other program that uses these credentials and stop one of the two',
  },
  banned: {
    meaning: 'WhatsApp has banned this account or locked it for a while',
    next: 'final',
    restingStatus: 'failed',
    errorCode: 'banned',
    hint: 'open WhatsApp on the phone: it says why, and how to ask for a review',
  },
  outdated: {
    meaning: 'WhatsApp wants a newer client version',
    next: 'refresh_version',
    restingStatus: 'failed',
    errorCode: 'outdated',
    hint: 'update wactl, or set the version with: wactl config set whatsapp_version 2.3000.…',
  },
  multidevice_mismatch: {
    meaning: 'WhatsApp refused this kind of device',
    next: 'final',
    restingStatus: 'failed',
    errorCode: 'pairing_refused',
    hint: 'update WhatsApp on the phone, then pair again with: wactl qr {id}',
  },
  pairing_expired: {
    meaning: 'nobody paired in time',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'pairing_expired',
    hint: 'start again with: wactl qr {id}',
  },
  pairing_refused: {
    meaning: 'WhatsApp refused the pairing',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'pairing_refused',
    hint: 'start again with: wactl qr {id}',
  },
  passkey_required: {
    meaning: 'this account is protected by a passkey, which wactl cannot use yet',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'passkey_required',
    hint: 'on the phone, turn off the passkey in Settings > Account > Passkeys, pair, and turn it on again',
  },
  forged: {
    meaning: 'a signature was forged: this is not WhatsApp, or somebody sits in between',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'pairing_refused',
    hint: 'use another network or no proxy; nothing was stored',
  },
};

const reasonsByCode: Readonly<Record<number, CloseReason>> = {
  401: 'logged_out',
  402: 'banned',
  403: 'banned',
  405: 'outdated',
  406: 'banned',
  408: 'timed_out',
  411: 'multidevice_mismatch',
  428: 'connection_closed',
  440: 'replaced',
  500: 'server_error',
  503: 'unavailable',
  515: 'restart_required',
};

/** The reason behind a close code of WhatsApp (Baileys rc14, `lastDisconnect.error.output.statusCode`). */
export const reasonOfCode = (code: number): CloseReason => reasonsByCode[code] ?? 'server_error';

/** A connection ended, and the command with it. */
export class ClosedError extends WactlError {
  readonly close: Close;

  constructor(close: Close, { id, endpoint }: Pick<Session, 'id' | 'endpoint'>) {
    const rule = closeTable[close.reason];
    // A number comes from somebody who answered.
    const hint = (endpoint && close.code === null && rule.sandboxHint) || rule.hint;
    const code = close.code === null ? '' : ` (${String(close.code)})`;
    super(
      rule.errorCode,
      `${id}: ${rule.meaning}${code}`,
      hint.replaceAll('{id}', id).replaceAll('{endpoint}', endpoint?.url ?? ''),
    );
    this.close = close;
  }
}
