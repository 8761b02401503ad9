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

/** The events of a connection, in order. */
export type ConnectionEvent =
  /** The socket is up and its encryption stands; not logged in yet. */
  | { readonly kind: 'connected' }
  | ({ readonly kind: 'qr' } & ShownQr)
  | ({ readonly kind: 'pair_code' } & ShownCode)
  /** The phone answered, and no link came of it: perhaps another code was typed. The same one may be typed again. */
  | { readonly kind: 'wrong_code' }
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
