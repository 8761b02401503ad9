import type { Close } from '../domain/close.ts';
import { DamagedSessionError, SessionExistsError, SessionHeldError, WactlError } from '../errors.ts';
import { newSession, putSession } from '../domain/session-change.ts';
import type {
  CredentialChange,
  EventSink,
  HeldSessions,
  PutOptions,
  RemoveCondition,
  SessionPage,
  SessionQuery,
  SessionStore,
} from '../ports/store.ts';
import type { Identity, Session, SessionStatus } from '../domain/session.ts';
import { frozenError, frozenQuery } from './copy/copy-mark.ts';
import type { CopyPlace } from './copy/copy-place.ts';
import { sqlitePlace } from './copy/sqlite-place.ts';
import { CredentialTable } from './credential-table.ts';
import type { Database } from './driver.ts';
import type { KeptKey, KeySource, Rekeying } from '../ports/data-key.ts';
import type { KeyRecord } from './key-record.ts';
import type { Lease, Leases } from '../ports/leases.ts';
import { DeliveryClaimTable } from './delivery-claim-table.ts';
import type { DeliveryClaims } from '../ports/delivery-claims.ts';
import type { EventMark } from '../ports/event-mark.ts';
import { EventMarkRow } from './event-mark-row.ts';
import { LeaseTable } from './lease-table.ts';
import { SessionTable } from './session-table.ts';
import { SessionWrites } from './session-writes.ts';
import { heldSessions } from './held-sessions.ts';
import { OutboxTable } from './outbox-table.ts';
import { SqliteOutbox } from './sqlite-outbox.ts';
import { TokenTable } from './token-table.ts';
import { KeyNeededError } from './key-needed-error.ts';
import { Seals } from './seals.ts';
import { Transactions } from './transactions.ts';
import type { TransactionParts } from './transactions.ts';
import type { NewSession, SessionPatch } from '../domain/session-change.ts';
import type { WholeSession } from '../domain/whole-session.ts';

/** What is made when it is first asked for. */
type Made = {
  outbox: SqliteOutbox;
  tokens: TokenTable;
  claims: DeliveryClaims;
  eventMark: EventMark;
  copyPlace: CopyPlace;
  events: OutboxTable;
  credentials: CredentialTable;
  expectation: Promise<void>;
};

/** A process that holds a session looks for a new key where the key was when it began. */
function assertReachable(
  leases: readonly Lease[],
  record: KeyRecord | undefined,
  isElsewhere: boolean,
): void {
  const lost = leases.find(
    ({ acquiredAt }) => record && (isElsewhere || acquiredAt.getTime() < record.since),
  );
  if (!lost) return;
  throw new WactlError(
    'in_use',
    `process ${String(lost.pid)} holds ${lost.sessionId} and would not find the new key`,
    `end it first: wactl disconnect ${lost.sessionId}`,
  );
}

/**
 * Sessions in SQLite. Each method is one transaction, done when its promise resolves. What only some commands use is made when it is
 * first asked for: a start that looks at sessions does not load it (.config/late-parts.js).
 */
export class SqliteStore implements SessionStore {
  readonly #db: Database;
  readonly #transactions: Transactions;
  readonly #seals: Seals;
  readonly #keys: KeySource;
  readonly #leases: LeaseTable;
  readonly #sessions: SessionTable;
  readonly #made: Partial<Made> = {};

  constructor({ keys, ...parts }: TransactionParts & { readonly keys: KeySource }) {
    this.#db = parts.db;
    this.#keys = keys;
    this.#seals = new Seals(parts.db, keys);
    this.#transactions = new Transactions({
      ...parts,
      assertNotFrozen() {
        if (parts.db.rows(frozenQuery('meta'), []).length > 0) throw frozenError(parts.db.path);
      },
      // A transaction cannot wait for a key that has to be asked for.
      mend: (error) => (error instanceof KeyNeededError ? keys.prepare(error.facts) : undefined),
    });
    this.#leases = new LeaseTable(parts.db, this.#transactions, parts.place.file);
    this.#sessions = new SessionTable(parts.db, this.#seals);
  }

  /** Webhook events of the same sessions, in the same file. */
  get outbox(): SqliteOutbox {
    return (this.#made.outbox ??= new SqliteOutbox(this.#db, this.#transactions, this.#seals, this.#leases));
  }

  get leases(): Leases {
    return this.#leases;
  }

  get tokens(): TokenTable {
    return (this.#made.tokens ??= new TokenTable(this.#db, this.#transactions));
  }

  get claims(): DeliveryClaims {
    return (this.#made.claims ??= new DeliveryClaimTable(this.#db, this.#transactions, this.#leases));
  }

  get eventMark(): EventMark {
    return (this.#made.eventMark ??= new EventMarkRow(this.#db, this.#transactions));
  }

  get copyPlace(): CopyPlace {
    const [transactions, leases, seals] = [this.#transactions, this.#leases, this.#seals];
    return (this.#made.copyPlace ??= sqlitePlace({ store: this, db: this.#db, transactions, leases, seals }));
  }

  get #events(): OutboxTable {
    return (this.#made.events ??= new OutboxTable(this.#db, this.#seals));
  }

  get #credentials(): CredentialTable {
    return (this.#made.credentials ??= new CredentialTable(this.#db, this.#seals));
  }

  get #writes(): SessionWrites {
    return this.#writesUnder();
  }

  #writesUnder(leaseId?: string): SessionWrites {
    const [transactions, sessions, leases] = [this.#transactions, this.#sessions, this.#leases];
    const parts = { transactions, sessions, credentials: this.#credentials, leases, seals: this.#seals };
    return new SessionWrites(parts, leaseId);
  }

  /** Seals what earlier versions have left open, unless a person would have to be asked for the key: then the first secret does that. */
  sealPlain(): void {
    if (!this.#seals.hasPlain()) return;
    try {
      this.#db.transaction('write', () => this.#seals.sealer());
      this.#db.emptyJournal();
    } catch (error) {
      if (!(error instanceof KeyNeededError)) throw error;
    }
  }

  /** Resolves when the key is at hand. Before a pairing, whose credentials have to be stored. Throws `missing_key`, `wrong_key`. */
  async unlock(): Promise<void> {
    if (await this.#transactions.read(() => this.#seals.isAtHand())) return;
    await this.#keys.prepare(null);
  }

  /** How the secrets are sealed; null before the first one. */
  keyFacts(): Promise<KeptKey | null> {
    return this.#transactions.read(() => {
      const record = this.#seals.facts();
      return record
        ? { kind: record.kind, generation: record.generation, since: new Date(record.since) }
        : null;
    });
  }

  /**
   * Changes the key. Throws `in_use` when the data key is to be a new one and a process that holds a session may be unable to
   * open it.
   */
  async rekey({ renews, isElsewhere, choose, settle }: Rekeying): Promise<void> {
    const key = await this.#transactions.write((now) => {
      if (renews) assertReachable(this.#leases.all(), this.#seals.facts(), isElsewhere);
      return this.#seals.rekey(renews, choose, now);
    });
    this.#db.emptyJournal();
    // In a transaction too: another process may be changing the key again.
    await this.#transactions.write(() => {
      if (this.#seals.isKey(key)) settle();
    });
  }

  create(draft: NewSession): Promise<Session> {
    return this.#transactions.write((now) => {
      const session = newSession(draft, now);
      if (this.#sessions.insert(session)) return this.#sessions.need(session.id);
      throw new SessionExistsError(this.#sessions.need(draft.id));
    });
  }

  get(id: string): Promise<Session | undefined> {
    return this.#transactions.read(() => this.#sessions.find(id));
  }

  idsWithPrefix(prefix: string, limit: number): Promise<string[]> {
    return this.#transactions.read(() => this.#sessions.idsWithPrefix(prefix, limit));
  }

  list(query: SessionQuery): Promise<SessionPage> {
    return this.#transactions.read(() => this.#sessions.page(query));
  }

  update(id: string, patch: SessionPatch): Promise<Session> {
    return this.#writes.update(id, patch);
  }

  recordLogin(id: string, identity: Identity): Promise<Session> {
    return this.#writes.recordLogin(id, identity);
  }

  under(leaseId: string): HeldSessions & EventSink {
    return heldSessions(this, this.#writesUnder(leaseId), (box, url, events) =>
      this.outbox.append(box, url, events, leaseId),
    );
  }

  remove(id: string, { evenLinked = false, deadLease }: RemoveCondition = {}): Promise<boolean> {
    return this.#transactions.write(() => {
      if (!this.#sessions.find(id) || this.#leases.isHeld(id, deadLease)) return false;
      return this.#sessions.delete(id, evenLinked);
    });
  }

  readWhole(id: string): Promise<WholeSession> {
    return this.#transactions.read(() => {
      const session = this.#sessions.needWhole(id);
      const waiting = this.#events.waiting(id);
      return {
        session,
        credentials: this.#credentials.readAll(session),
        ...(waiting.length > 0 && { waiting }),
      };
    });
  }

  putWhole(sessions: readonly WholeSession[], options: PutOptions = {}): Promise<void> {
    return this.#transactions.write((now) => {
      for (const { session, credentials, waiting = [] } of sessions) {
        this.#makeRoom(session.id, options);
        const put = putSession(session, now);
        if (!this.#sessions.insert(put)) throw new SessionExistsError(put);
        if (credentials) {
          this.#credentials.writeCreds(put.id, credentials.creds, now);
          this.#credentials.writeKeys(put.id, credentials.keys);
        }
        for (const { receiver, ...event } of waiting)
          this.#events.insert({ sessionId: put.id, receiver }, event, 0);
      }
      for (const token of options.tokens ?? []) this.tokens.put(token);
    });
  }

  /** Removes a session that may be replaced. */
  #makeRoom(id: string, { replace = [], deadLeases = [] }: PutOptions): void {
    const there = this.#sessions.find(id);
    if (!there) return;
    if (!replace.includes(id)) throw new SessionExistsError(there);
    if (this.#leases.isHeld(id, ...deadLeases)) throw new SessionHeldError(id);
    this.#sessions.delete(id, true);
  }

  readCreds(sessionId: string): Promise<Uint8Array | undefined> {
    return this.#transactions.read(() => {
      const session = this.#sessions.find(sessionId);
      if (session?.damaged) throw new DamagedSessionError(session);
      return session && this.#credentials.readCreds(session);
    });
  }

  readKeys(sessionId: string, type: string, ids: readonly string[]): Promise<Map<string, Uint8Array>> {
    return this.#transactions.read(() => this.#credentials.readKeys(sessionId, type, ids));
  }

  write(sessionId: string, change: CredentialChange): Promise<void> {
    return this.#writes.write(sessionId, change);
  }

  expectPairing(id: string): Promise<void> {
    return (this.#made.expectation ??= this.#writes.expectPairing(id));
  }

  commitPairing(id: string, credentials: Required<CredentialChange>): Promise<Session> {
    return this.#writes.commitPairing(id, credentials);
  }

  erase(id: string, status: SessionStatus, lastClose?: Close): Promise<Session> {
    return this.#writes.erase(id, status, lastClose);
  }

  assertWritable(): Promise<void> {
    return this.#transactions.assertWritable();
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#transactions.finish(() => resolve(this.#db.close())));
  }
}
