import type { Identity } from './session.ts';

/** A QR payload (a secret while valid); the one before it is dead. */
export type ShownQr = {
  readonly payload: string;
  /** Counts from 1. */
  readonly seq: number;
  readonly expiresAt: Date;
  /** When the last QR of this pairing expires, unless WhatsApp gives out more; known where the connection is. */
  readonly pairingEndsAt?: Date;
  /** WhatsApp has asked for it after a scan, which linked nothing: the phone has to scan this one. */
  readonly rescan: boolean;
};

/** A pairing code (a secret while valid); the one before it is dead. */
export type ShownCode = {
  /** Bare, "ABCDEFGH". */
  readonly code: string;
  readonly phone: string;
  /** Counts from 1; from 2 on WhatsApp has asked for a new code. */
  readonly seq: number;
  readonly expiresAt: Date;
};

/** WhatsApp's request for the passkey of the account; the one before it is dead. */
export type ShownPasskey = {
  /** What a browser is asked (PublicKeyCredentialRequestOptionsJSON), as JSON; no secret. */
  readonly options: string;
  readonly expiresAt: Date;
  /** An answer until then needs no comparing of codes. */
  readonly handoffUntil: Date;
};

/** The code that this device and the phone show after the passkey was accepted: they must be the same. */
export type ShownPasskeyCode = {
  /** Bare, "ABCDEFGH". */
  readonly code: string;
  /** The link waits until the person says that the codes are the same. */
  readonly needsConfirmation: boolean;
};

/** The events of a connection, in order. */
export type ConnectionEvent =
  /** The socket is up and its encryption stands; not logged in yet. */
  | { readonly kind: 'connected' }
  | ({ readonly kind: 'qr' } & ShownQr)
  | ({ readonly kind: 'pair_code' } & ShownCode)
  /** The phone answered, and no link came of it: perhaps another code was typed. The same one may be typed again. */
  | { readonly kind: 'wrong_code' }
  | ({ readonly kind: 'passkey' } & ShownPasskey)
  | ({ readonly kind: 'passkey_code' } & ShownPasskeyCode)
  /** The pairing is proven and stored; a login has yet to confirm it, whatever happens to this connection. */
  | { readonly kind: 'paired'; readonly identity: Identity }
  | { readonly kind: 'logged_in'; readonly identity: Identity }
  | { readonly kind: 'message'; readonly message: IncomingMessage }
  | { readonly kind: 'push_name'; readonly pushName: string };

export type IncomingMessage = {
  readonly id: string;
  readonly from: string;
  readonly pushName: string | null;
  /** When it was sent, as WhatsApp tells; when it came, where that cannot be. */
  readonly at: Date;
  readonly text: string | null;
};
