import type { Box } from '../domain/box.ts';
import type { Close } from '../domain/close.ts';
import type { OutboxEvent } from '../domain/delivery.ts';
import type { Identity, Session, SessionStatus } from '../domain/session.ts';
import type { NewSession, SessionPatch } from '../domain/session-change.ts';
import type { KeptToken } from '../domain/token.ts';
import type { WholeSession } from '../domain/whole-session.ts';

export type SessionQuery = {
  /** Left out or empty: any. */
  readonly statuses?: readonly SessionStatus[];
  /** Matches a part of id, name, phone number or push name, ignoring case. */
  readonly search?: string;
  /** The statuses that the holders report: they replace the stored ones, in `statuses` and in the answer. */
  readonly live?: ReadonlyMap<string, SessionStatus>;
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
};

export type RemoveCondition = {
  /** Removes it even if the phone may list it. */
  readonly evenLinked?: boolean;
  /** The id of a lease that is known to be dead and does not count. */
  readonly deadLease?: string | undefined;
};

export type PutOptions = {
  /** The ids of sessions that may be there, and are lost then, with their webhook events. */
  readonly replace?: readonly string[];
  /** The ids of leases that are known to be dead and do not count. */
  readonly deadLeases?: readonly string[];
  /** Put too; one of the same name, or for the same token, is lost. Those for a session that is not there are left out. */
  readonly tokens?: readonly KeptToken[];
};

export type SessionPage = { readonly sessions: readonly Session[]; readonly total: number };

/** One changed key record of the Signal protocol; `value: null` deletes it. Values are opaque bytes. */
export type KeyChange = { readonly type: string; readonly id: string; readonly value: Uint8Array | null };

/** Credentials to write together; parts that are left out stay. Values are opaque bytes. */
export type CredentialChange = { readonly creds?: Uint8Array; readonly keys?: readonly KeyChange[] };

/**
 * The credentials of sessions: one creds record and many key records each. They are present, absent (undefined) or
 * damaged (throws `store_damaged`); damaged never looks like absent. Every write is one durable transaction: once its
 * promise resolves, it survives kill -9 and power loss; before that, none of it is stored.
 */
export interface CredentialStore {
  readCreds(sessionId: string): Promise<Uint8Array | undefined>;
  /** The answer contains only ids that exist. */
  readKeys(sessionId: string, type: string, ids: readonly string[]): Promise<Map<string, Uint8Array>>;
  /**
   * Throws `not_found` when the session has been deleted meanwhile, `not_paired` when its credentials have been erased;
   * nothing is written then.
   */
  write(sessionId: string, change: CredentialChange): Promise<void>;
  /**
   * A phone is awaited: makes ready what `commitPairing` would otherwise take its time for. Stores nothing.
   */
  expectPairing(sessionId: string): Promise<void>;
  /**
   * Stores a proven pairing as a whole: removes all earlier credentials of the session and their identity, writes
   * these, and makes the record `unconfirmed` and fresh (status `disconnected`, no last close, no retries spent). One
   * transaction.
   */
  commitPairing(sessionId: string, credentials: Required<CredentialChange>): Promise<Session>;
  /**
   * Erases credentials and identity and keeps the record and its phone number, which is then unpaired with the status `status`. An
   * unconfirmed session was never unlinked, so its status stays. One transaction.
   */
  erase(sessionId: string, status: SessionStatus, lastClose?: Close): Promise<Session>;
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
   * Records that WhatsApp has logged it in: the stored status is `disconnected`, and the session was seen now. The
   * login confirms an unconfirmed pairing: the record gets its identity and is `paired`. One transaction. Throws
   * `not_found`.
   */
  recordLogin(id: string, identity: Identity): Promise<Session>;
  /**
   * Removes the record and everything that belongs to it, if that is safe: no process holds it, and no phone may list
   * it. Resolves to whether it was removed. Checks and removes in one transaction.
   */
  remove(id: string, condition?: RemoveCondition): Promise<boolean>;
  /** The session with all its credentials, as they are at one moment. Throws `not_found`, `store_damaged`. */
  readWhole(id: string): Promise<WholeSession>;
  /**
   * Stores sessions with their credentials as they are given, but for the time of the change: all of them or, if it throws, none.
   * Throws `already_exists` when an id is taken and not in `replace`, `in_use` when a process holds such a session.
   */
  putWhole(sessions: readonly WholeSession[], options?: PutOptions): Promise<void>;
  /**
   * The same sessions for the process that has this lease: a write to a session that the lease does not hold, or no longer, throws
   * LeaseLostError, and nothing is written. That is checked in the transaction of the write.
   */
  under(leaseId: string): HeldSessions & EventSink;
  /** Resolves when the store can be written to now. Throws `store_locked`, `store_damaged`. */
  assertWritable(): Promise<void>;
  close(): Promise<void>;
}

/** Takes the webhook events of the sessions of one holder. */
export type EventSink = {
  /**
   * Appends events to a box of the outbox, but for those that are in it already, by their id. Keeps nothing when `url` is the address
   * that answered 410. Resolves to how many old events were dropped to make room. One transaction, which survives a power loss only
   * once a later write to the store is durable. Throws `not_found`.
   */
  append(box: Box, url: string, events: readonly OutboxEvent[]): Promise<number>;
};

/** What the holder of a session reads and writes. */
export type HeldSessions = CredentialStore & Pick<SessionStore, 'get' | 'update' | 'recordLogin'>;

/** The part that commands use, which another wactl can also provide. */
export type SessionRecords = Pick<
  SessionStore,
  'create' | 'get' | 'idsWithPrefix' | 'list' | 'update' | 'remove'
>;
