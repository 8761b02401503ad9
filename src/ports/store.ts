import type { Identity, Session, SessionStatus } from '../domain/session.ts';
import type { NewSession, SessionPatch } from '../domain/session-change.ts';

export type SessionQuery = {
  /** Left out or empty: any. */
  readonly statuses?: readonly SessionStatus[];
  /** Matches a part of id, name, phone number or push name, whatever the case. */
  readonly search?: string;
  /** What the holders of sessions say: it stands for their stored status, in `statuses` and in the answer. */
  readonly live?: ReadonlyMap<string, SessionStatus>;
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
};

export type RemoveCondition = {
  /** Whatever the phone may list. */
  readonly evenLinked?: boolean;
  /** The id of a lease that is known to be dead: it does not count. */
  readonly deadLease?: string | undefined;
};

export type SessionPage = { readonly sessions: readonly Session[]; readonly total: number };

/** One changed key record of the Signal protocol; `value: null` deletes it. Values are opaque bytes. */
export type KeyChange = { readonly type: string; readonly id: string; readonly value: Uint8Array | null };

/** Credentials that may be written together; what is left out stays. Values are opaque bytes. */
export type CredentialChange = { readonly creds?: Uint8Array; readonly keys?: readonly KeyChange[] };

/**
 * The credentials of sessions: one creds record and many key records each. There, absent (undefined) or damaged
 * (throws `store_damaged`); damaged never looks like absent. Every write is one durable transaction: when its promise
 * resolves, it survives kill -9 and power loss; before, none of it is there.
 */
export interface CredentialStore {
  readCreds(sessionId: string): Promise<Uint8Array | undefined>;
  /** Only ids that exist are in the answer. */
  readKeys(sessionId: string, type: string, ids: readonly string[]): Promise<Map<string, Uint8Array>>;
  /**
   * Throws `not_found` when the session has been deleted meanwhile, `not_paired` when its credentials have been
   * erased: nothing is written for a ghost.
   */
  write(sessionId: string, change: CredentialChange): Promise<void>;
  /**
   * Stores a proven pairing whole: drops all earlier credentials of the session with the identity they stood for, writes
   * these, and makes the record `unconfirmed`, with a clean slate (status `disconnected`, no last close, no retries spent).
   * One transaction.
   */
  commitPairing(sessionId: string, credentials: Required<CredentialChange>): Promise<Session>;
  /**
   * Forgets credentials and identity, keeps the record; it is not paired then, and rests in `status`. One that was
   * unconfirmed was never unlinked: its status stays. One transaction.
   */
  erase(sessionId: string, status: SessionStatus): Promise<Session>;
}

/** Sessions at rest. Contract suite: test/contract/session-store.ts, run on every implementation. */
export interface SessionStore extends CredentialStore {
  /** Throws `already_exists`. */
  create(draft: NewSession): Promise<Session>;
  get(id: string): Promise<Session | undefined>;
  /** All ids that begin with `prefix`, sorted, at most `limit`. */
  idsWithPrefix(prefix: string, limit: number): Promise<string[]>;
  /** Sorted by creation, oldest first, ties by id. */
  list(query: SessionQuery): Promise<SessionPage>;
  /** Throws `not_found`. */
  update(id: string, patch: SessionPatch): Promise<Session>;
  /**
   * WhatsApp has logged it in: the record rests in `disconnected` and was seen now. An unconfirmed pairing is confirmed by
   * that: the record says who it is, and is `paired`. One transaction. Throws `not_found`.
   */
  recordLogin(id: string, identity: Identity): Promise<Session>;
  /**
   * Removes the record with everything that belongs to it, if it is safe to: nobody holds it, and no phone may list it.
   * Says whether it did; it looks and acts in one transaction.
   */
  remove(id: string, condition?: RemoveCondition): Promise<boolean>;
  close(): Promise<void>;
}

/** The part of it that commands use: what others may be asked for as well. */
export type SessionRecords = Pick<
  SessionStore,
  'create' | 'get' | 'idsWithPrefix' | 'list' | 'update' | 'remove'
>;
