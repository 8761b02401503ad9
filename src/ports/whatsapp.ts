import type { Close } from '../domain/close.ts';
import type { Session } from '../domain/session.ts';
import type { ConnectGoal } from '../domain/connect-goal.ts';
import type { CredentialStore } from './store.ts';
import type { Profile } from '../domain/profile.ts';
import type { ConnectionEvent } from '../domain/connection-event.ts';

export type ConnectRequest = {
  readonly session: Pick<Session, 'id' | 'proxy' | 'endpoint'>;
  readonly goal: ConnectGoal;
  /** Where the session's credentials are kept. */
  readonly credentials: CredentialStore;
  /** What the phone shows in its list of linked devices, an operating system and browser, like "Mac OS". */
  readonly deviceName?: string;
  /**
   * Resolves when the events so far are stored, where they are to be stored. It is waited for before WhatsApp learns
   * that a message has arrived, and before what decrypting the message has changed is stored.
   */
  readonly recorded?: () => Promise<void>;
};

/**
 * A live connection of one session. While pairing it survives WhatsApp's restart (515) and continues to the login;
 * anything else that ends the socket ends the connection. It has ended when `closed` resolves: always, exactly once,
 * after its last event, when every write to the store has ended and no timer or socket is left. It rejects, instead of
 * resolving, with the WactlError of a store that failed (`store_damaged`, `not_found` of a session deleted meanwhile)
 * or of a requested code that no phone can type (`usage`).
 */
export interface Connection {
  readonly closed: Promise<Close>;
  /** When anything last came from WhatsApp; null before the login. */
  readonly lastHeardAt: Date | null;
  /**
   * Resolves once the phone has delivered what it sends to a newly linked device: the app state keys, its push name,
   * its first piece of history. Never rejects; a connection that ends earlier leaves it pending.
   */
  readonly synced: Promise<void>;
  /** Asks WhatsApp for the whole profile. Needs a login. Throws WactlError (`timed_out`, `unreachable`). */
  profile(signal?: AbortSignal): Promise<Profile>;
  /**
   * Answers the request for a passkey with what a browser has signed, as JSON; text around it does not matter. Throws
   * UsageError when nothing is asked, or when the answer cannot be right.
   */
  answerPasskey(assertion: string): void;
  /** The person has compared the codes, and they are the same. Throws UsageError when no code waits for that. */
  confirmPasskey(): void;
  /** Unlinks this device and waits for WhatsApp's answer; the caller erases the credentials afterwards. */
  logout(signal?: AbortSignal): Promise<void>;
  /** Ends the connection from this side: `closed` resolves with `ended_here`. */
  close(): Promise<void>;
}

/** The engine. Never opens a second connection for a request by itself. */
export interface WhatsApp {
  /** Starts connecting at once. `onEvent` must not throw. Throws nothing: failures come as `closed`. */
  connect(request: ConnectRequest, onEvent: (event: ConnectionEvent) => void): Connection;
  /**
   * After `outdated`: fetches the current client version (through the session's proxy), keeps it for later
   * connections. False when none newer could be found.
   */
  refreshVersion(session: Pick<Session, 'proxy' | 'endpoint'>, signal?: AbortSignal): Promise<boolean>;
}
