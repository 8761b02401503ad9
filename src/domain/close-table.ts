import type { ErrorCode } from '../errors.ts';
import type { Close, CloseReason } from './close.ts';
import type { SessionStatus } from './session.ts';

/** The meaning of a close, and its consequences. */
export type CloseRule = {
  /** Finishes the sentence "the connection ended: …". */
  readonly meaning: string;
  /** `free`: reconnect at once, not counted · `retry`: reconnect with back-off, counted · `final`: give up. */
  readonly next: 'free' | 'retry' | 'refresh_version' | 'final';
  /** The status the session rests in when nothing more is tried. */
  readonly restingStatus: Extract<SessionStatus, 'disconnected' | 'logged_out' | 'failed'>;
  readonly errorCode: ErrorCode;
  /** What the person can do; `{id}` stands for the session. */
  readonly hint: string;
  /** The hint for a session of a sandbox, if it differs; `{endpoint}` stands for the sandbox's address. */
  readonly sandboxHint?: string;
  /** wactl closed it: that says nothing about WhatsApp, and is not stored. */
  readonly isOwn?: boolean;
  /** The device is no longer linked: its useless credentials are erased, and a logout counts as done. */
  readonly isUnlinked?: boolean;
  /** Another machine may fare better. What is left out may be the session's own affair, such as its proxy. */
  readonly isOfMachine?: boolean;
  /** Pairing again fixes it, so a pairing does not first try to log in. */
  readonly isMendedByPairing?: boolean;
  /** A version of WhatsApp Web that is too old may have caused it, so the message names the version. */
  readonly isVersionSuspect?: boolean;
  /** Overrides for some of WhatsApp's numbers. */
  readonly byCode?: Readonly<Record<number, Partial<Omit<CloseRule, 'next' | 'byCode'>>>>;
};

const retryHint = 'trying again may help: check the network, then: wactl status {id}';

/** The one table that the reconnect loop, the messages, the exit statuses and the docs read. */
export const closeTable: Readonly<Record<CloseReason, CloseRule>> = {
  ended_here: {
    meaning: 'wactl closed the connection',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    isOwn: true,
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
    isOfMachine: true,
    hint: 'check the network and the proxy, then try again',
    sandboxHint:
      'the session belongs to the sandbox at {endpoint}, which does not answer: start one with: wactl sandbox; ' +
      'if that sandbox is gone for good, delete the session with: wactl delete {id} --force',
  },
  timed_out: {
    meaning: 'WhatsApp did not answer in time',
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'timed_out',
    isOfMachine: true,
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
    meaning: 'the connection through the proxy failed',
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: 'check the proxy and its address; nothing was sent without it',
  },
  certificate_out_of_date: {
    meaning: 'the certificate from WhatsApp is not valid at this time',
    // The clock of a machine without a battery is right a little after it has started.
    next: 'retry',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    isOfMachine: true,
    hint:
      "check this machine's clock (date) first; if it is right, someone may be intercepting: use another network or " +
      'no proxy',
  },
  unauthorized: {
    meaning: 'WhatsApp ended the connection without saying that the device is unlinked',
    // Only a login can tell: it is refused with 401 when the device is unlinked.
    next: 'free',
    restingStatus: 'disconnected',
    errorCode: 'unreachable',
    hint: retryHint,
  },
  logged_out: {
    meaning: 'the phone unlinked this device',
    next: 'final',
    restingStatus: 'logged_out',
    errorCode: 'logged_out',
    isUnlinked: true,
    hint: 'pair it again with: wactl qr {id}',
  },
  unlinked_here: {
    meaning: 'this device was unlinked with wactl',
    next: 'final',
    restingStatus: 'logged_out',
    errorCode: 'logged_out',
    isUnlinked: true,
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
    meaning: 'WhatsApp has banned this account or locked it temporarily',
    next: 'final',
    restingStatus: 'failed',
    errorCode: 'banned',
    hint: 'open WhatsApp on the phone: it says why, and how to ask for a review',
    byCode: {
      402: {
        meaning: 'WhatsApp has banned this account temporarily',
        hint: 'wait until the ban is over; WhatsApp on the phone says more',
      },
      // Seen after a ban, and after a move to another phone (whatsmeow, ConnectFailureMainDeviceGone).
      403: {
        meaning: 'WhatsApp has locked this account, or logged its phone out',
        hint:
          'open WhatsApp on the phone to see why; if it works there, as after a move to another phone, pair again ' +
          'with: wactl qr {id}',
        isMendedByPairing: true,
      },
    },
  },
  outdated: {
    meaning: 'WhatsApp wants a newer client version',
    next: 'refresh_version',
    restingStatus: 'failed',
    errorCode: 'outdated',
    isVersionSuspect: true,
    hint: 'update wactl, or set the version with: wactl config set whatsapp_version 2.3000.…',
  },
  refused: {
    meaning: 'WhatsApp refused this device',
    next: 'final',
    restingStatus: 'failed',
    errorCode: 'refused',
    hint: 'open WhatsApp on the phone, which may say more; update wactl; pair again with: wactl qr {id}',
    isMendedByPairing: true,
  },
  multidevice_mismatch: {
    meaning: 'WhatsApp refused this kind of device',
    next: 'final',
    restingStatus: 'failed',
    errorCode: 'pairing_refused',
    isMendedByPairing: true,
    hint: 'update WhatsApp on the phone, then pair again with: wactl qr {id}',
  },
  pairing_expired: {
    meaning: 'nobody paired in time',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'pairing_expired',
    isVersionSuspect: true,
    // A version that is months old fails on the phone only: "Couldn't link device" (Baileys 2679).
    hint:
      'start again with: wactl qr {id}; if the phone says that it cannot link the device, set a newer version of ' +
      'WhatsApp Web with: wactl config set whatsapp_version 2.3000.…',
  },
  pairing_refused: {
    meaning: 'WhatsApp refused the pairing',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'pairing_refused',
    isMendedByPairing: true,
    hint: 'start again with: wactl qr {id}',
  },
  code_refused: {
    meaning: 'WhatsApp gave no pairing code',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'pairing_refused',
    hint: 'try again, or pair by QR: wactl qr {id}',
    // The error codes that answer a request for a pairing code (WhatsApp Web and whatsapp-rust, pair_code.rs).
    byCode: {
      // Also its answer to too many codes for one number.
      400: {
        meaning: 'WhatsApp did not accept the request for a pairing code',
        hint: 'check the phone number; if it is right, wait some minutes, or pair by QR: wactl qr {id}',
      },
      403: { meaning: 'WhatsApp does not let this account pair by code', hint: 'pair by QR: wactl qr {id}' },
      404: {
        meaning: 'the phone number is not on WhatsApp',
        hint: 'check the number and its country code, or pair by QR: wactl qr {id}',
      },
      429: {
        meaning: 'WhatsApp was asked for too many pairing codes',
        hint: 'wait before you ask for another one, or pair by QR now: wactl qr {id}',
      },
      452: {
        meaning: 'WhatsApp does not offer pairing by code to this account yet',
        hint: 'pair by QR: wactl qr {id}',
      },
    },
  },
  passkey_required: {
    meaning: 'this account asks for its passkey, and nobody answered',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'passkey_required',
    hint: 'pair again with: wactl qr {id}, and answer with the passkey of the account: wactl passkey {id}',
  },
  passkey_failed: {
    meaning: 'the phone did not accept the passkey',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'pairing_refused',
    hint:
      'usually the passkey belongs to another account, or the link was not confirmed on the phone; start again with: ' +
      'wactl qr {id}',
  },
  forged: {
    meaning: 'a signature is forged: the server is not WhatsApp, or someone is intercepting the connection',
    next: 'final',
    restingStatus: 'disconnected',
    errorCode: 'pairing_refused',
    hint: 'use another network or no proxy; nothing was stored',
  },
};

/** The rule for one close: the row of its reason, with the overrides for its number. */
export function ruleOf({ reason, code }: Pick<Close, 'reason' | 'code'>): CloseRule {
  const rule = closeTable[reason];
  return { ...rule, ...(code === null ? undefined : rule.byCode?.[code]) };
}
