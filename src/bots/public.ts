// What `wactl/baileys` gives to programs. The build makes its declarations of this file alone (.config/build-baileys.js), so it
// imports nothing but Baileys.
import type { AuthenticationState, WASocket } from '@whiskeysockets/baileys' with {
  'resolution-mode': 'import',
};

export type UseSessionOptions = {
  /** Where sessions are kept, as for `wactl --config-dir`. Left out: $WACTL_CONFIG_DIR, else the usual directory. */
  readonly configDir?: string;
  /** Opens the sessions. Left out: what the environment names ($WACTL_KEY_FILE, $WACTL_PASSPHRASE), else the key file in the directory. */
  readonly key?: { readonly file: string } | { readonly passphrase: string };
  /** While another process holds the session: waits for it, for so many milliseconds or (`true`) for ever. Left out: throws `in_use`. */
  readonly wait?: boolean | number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
};

/** As `wactl list` shows it. */
export type SessionStatus = 'connecting' | 'logged_in' | 'disconnected' | 'logged_out' | 'failed';

/** A session that this process holds: no other one connects it meanwhile. */
export type HeldSession = {
  readonly id: string;
  readonly status: SessionStatus;
  /** For `makeWASocket`. Once the session has ended, using it throws what ended it: no second connection can come of it. */
  readonly state: AuthenticationState;
  /** For `sock.ev.on('creds.update', …)`. Resolves when the creds are stored. */
  readonly saveCreds: () => Promise<void>;
  /**
   * Aborted when this process must end its connection: a command took the session away, another process has taken it over, or
   * its changes can no longer be stored. `signal.reason` is a WactlError that says which.
   */
  readonly signal: AbortSignal;
  /** The emulated server that the session was paired with; null for WhatsApp. */
  readonly endpoint: { readonly url: string; readonly rootKey: string } | null;
  /** The proxy that its record names; the program has to use it. */
  readonly proxy: string | null;
  /**
   * Shows the socket to wactl, right after it was made: then frames leave only when what they tell is stored; status, counts,
   * last close and webhooks follow the connection; and it is ended here when it must be.
   */
  watch(sock: WASocket): void;
  /** Ends a watched connection, stores what is left, and lets the session go. End other connections before. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Why a call failed. `code` is a word of docs/json.md. */
export declare class WactlError extends Error {
  readonly code: string;
  /** What to do about it. */
  readonly hint: string | undefined;
}

/**
 * Takes a session that is paired already. Throws WactlError: `not_found`, `not_paired` (never paired, or unlinked), `in_use`,
 * `fenced` (moved away), `store_damaged`, `store_locked`, `store_unsafe`, `missing_key`, `wrong_key`; `unreachable` where a PostgreSQL
 * has the sessions, `usage` for a setting that is wrong. It never makes credentials.
 */
export declare function useSession(id: string, options?: UseSessionOptions): Promise<HeldSession>;

/** The parts of Baileys whose checks are replaced: its module has them. */
export type BaileysModule = {
  readonly Curve: object;
  readonly proto: object;
  readonly WA_CERT_DETAILS?: object;
};

export type StrictOptions = {
  /** The key that the server's certificates must come from, 32 bytes in hex, as a sandbox has one. Left out: WhatsApp's. */
  readonly rootKey?: string | undefined;
};

/**
 * Makes the Baileys of this process check the certificates of the server and the signatures of accounts, which it does not do by
 * itself (7.0.0-rc14, 6.7.24). Call it before `makeWASocket`; a connection with a flaw is ended. Resolves to nothing, throws nothing.
 */
export declare function strictSignatures(baileys: BaileysModule, options?: StrictOptions): void;
