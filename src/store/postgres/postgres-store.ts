import { randomUUID } from 'node:crypto';
import type { Close } from '../../domain/close.ts';
import { newSession, putSession } from '../../domain/session-change.ts';
import type { NewSession, SessionPatch } from '../../domain/session-change.ts';
import type { Identity, Session, SessionStatus } from '../../domain/session.ts';
import type { WholeSession } from '../../domain/whole-session.ts';
import {
  DamagedSessionError,
  SessionExistsError,
  SessionHeldError,
  SessionNotFoundError,
  WactlError,
} from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeptKey, KeySource, Rekeying } from '../../ports/data-key.ts';
import type {
  CredentialChange,
  EventSink,
  HeldSessions,
  PutOptions,
  RemoveCondition,
  SessionPage,
  SessionQuery,
  SessionStore,
} from '../../ports/store.ts';
import type { Lease, Leases } from '../../ports/leases.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Statements } from './connections.ts';
import { CredentialTable } from './credential-table.ts';
import { DeliveryClaimTable } from './delivery-claim-table.ts';
import { EventMarkRow } from './event-mark-row.ts';
import { HostTable } from './host-table.ts';
import type { Server } from './host-table.ts';
import { LeaseTable } from './lease-table.ts';
import type { Host } from './lease-table.ts';
import type { CopyPlace } from '../copy/copy-place.ts';
import { heldSessions } from '../held-sessions.ts';
import type { PostgresNews } from './news.ts';
import { waitingEventOf } from '../outbox-row.ts';
import { OutboxTable } from './outbox-table.ts';
import { OverviewTable } from './overview-table.ts';
import { PostgresOutbox } from './postgres-outbox.ts';
import { postgresPlace } from './postgres-place.ts';
import { Seals } from './seals.ts';
import { SessionTable } from './session-table.ts';
import { SessionWrites } from './session-writes.ts';
import type { SessionWritesParts } from './session-writes.ts';
import { TokenTable } from './token-table.ts';
import type { Transactions } from './transactions.ts';

export type PostgresStoreParts = {
  /** Where it is, for a person. */
  readonly where: string;
  /** Its machine, or the directory of its Unix socket. */
  readonly databaseHost: string;
  readonly transactions: Transactions;
  readonly news: PostgresNews;
  readonly keys: KeySource;
  readonly host: Host;
  readonly process: Pick<Server, 'version' | 'pid'>;
  readonly clock: Pick<Clock, 'sleep'>;
  /** How long a lease lasts. */
  readonly termMs: number;
};

/** Sessions in PostgreSQL. Each method is one transaction, done when its promise resolves; changes of one session wait for its row's lock. */
export class PostgresStore implements SessionStore {
  readonly tokens: TokenTable;
  readonly claims: DeliveryClaimTable;
  readonly eventMark: EventMarkRow;
  readonly hosts: HostTable;
  readonly overviews: OverviewTable;
  readonly news: PostgresNews;
  readonly copyPlace: CopyPlace;
  readonly #transactions: Transactions;
  readonly #keys: KeySource;
  readonly #seals: Seals;
  readonly #sessions: SessionTable;
  readonly #credentials: CredentialTable;
  readonly #outbox: PostgresOutbox;
  readonly #leases: LeaseTable;
  readonly #writeParts: SessionWritesParts;
  readonly #writes: SessionWrites;

  constructor(parts: PostgresStoreParts) {
    const { where, databaseHost, transactions, news, keys, host, clock, termMs } = parts;
    const { version, pid } = parts.process;
    const serverId = randomUUID();
    this.#transactions = transactions;
    this.news = news;
    this.#keys = keys;
    this.#seals = new Seals(where, keys);
    this.#sessions = new SessionTable(this.#seals);
    this.#credentials = new CredentialTable(this.#seals);
    this.#leases = new LeaseTable({ transactions, host, serverId, clock, termMs });
    this.#outbox = new PostgresOutbox(transactions, this.#seals);
    this.tokens = new TokenTable(transactions);
    this.eventMark = new EventMarkRow(transactions, host);
    const server = { serverId, name: host.name, version, pid };
    this.hosts = new HostTable({ transactions, server, seals: this.#seals, databaseHost, termMs });
    this.overviews = new OverviewTable({ transactions, leases: this.#leases, seals: this.#seals, serverId });
    this.claims = new DeliveryClaimTable(transactions, this.#leases);
    this.#writeParts = { transactions, sessions: this.#sessions, credentials: this.#credentials };
    this.#writes = new SessionWrites(this.#writeParts);
    this.copyPlace = postgresPlace({ store: this, transactions, leases: this.#leases, seals: this.#seals });
  }

  /** Resolves when the key is at hand. Before a pairing, whose credentials have to be stored. Throws `missing_key`, `wrong_key`. */
  async unlock(): Promise<void> {
    if (await this.#transactions.read([], (statements) => this.#seals.sealer(statements))) return;
    await this.#keys.prepare(null);
  }

  /** How the secrets are sealed; null before the first one. */
  async keyFacts(): Promise<KeptKey | null> {
    const record = await this.#transactions.read([], (statements) => this.#seals.facts(statements));
    return record
      ? { kind: record.kind, generation: record.generation, since: new Date(record.since) }
      : null;
  }

  /**
   * Changes the key. Throws `in_use` while a process of another machine holds a session: that machine has to be given the new key
   * first; or, when the data key is to be a new one, while one here does that may be unable to open it.
   */
  async rekey({ renews, choose, settle }: Rekeying): Promise<void> {
    const key = await this.#transactions.write([], async (statements, now) => {
      const record = await this.#seals.facts(statements);
      for (const lease of await this.#leases.all(statements)) {
        if (lease.host !== undefined) throw heldElsewhere(lease, lease.host);
        if (renews && record && lease.acquiredAt.getTime() < record.since) throw heldSince(lease);
      }
      return this.#seals.rekey(statements, { renews, choose }, now);
    });
    // In a transaction too: another process may be changing the key again.
    await this.#transactions.write([], async (statements) => {
      if (await this.#seals.isKey(statements, key)) settle();
    });
  }

  /** Webhook events of the same sessions. */
  get outbox(): Outbox {
    return this.#outbox;
  }

  /** The leases on these sessions. */
  get leases(): Leases {
    return this.#leases;
  }

  create(draft: NewSession): Promise<Session> {
    return this.#transactions.write([draft.id], async (statements, now) => {
      const session = newSession(draft, now);
      const isNew = await this.#sessions.insert(statements, session, now);
      const stored = await this.#sessions.lock(statements, draft.id);
      if (isNew) return stored;
      throw new SessionExistsError(stored);
    });
  }

  get(id: string): Promise<Session | undefined> {
    return this.#transactions.read([id], (statements) => this.#sessions.find(statements, id));
  }

  idsWithPrefix(prefix: string, limit: number): Promise<string[]> {
    return this.#transactions.read(undefined, (statements) =>
      this.#sessions.idsWithPrefix(statements, prefix, limit),
    );
  }

  list(query: SessionQuery): Promise<SessionPage> {
    return this.#transactions.snapshot(undefined, (statements) => this.#sessions.page(statements, query));
  }

  update(id: string, patch: SessionPatch): Promise<Session> {
    return this.#writes.update(id, patch);
  }

  recordLogin(id: string, identity: Identity): Promise<Session> {
    return this.#writes.recordLogin(id, identity);
  }

  under(leaseId: string): HeldSessions & EventSink {
    const writes = new SessionWrites(this.#writeParts, leaseId);
    return heldSessions(this, writes, (box, url, events) => this.#outbox.append(box, url, events, leaseId));
  }

  remove(id: string, { evenLinked = false, deadLease }: RemoveCondition = {}): Promise<boolean> {
    return this.#transactions.write([id], async (statements) => {
      const session = await this.#sessions.lockIfThere(statements, id);
      if (!session || (await this.#leases.isHeld(statements, id, [deadLease]))) return false;
      return this.#sessions.delete(statements, session, evenLinked);
    });
  }

  readWhole(id: string): Promise<WholeSession> {
    return this.#transactions.snapshot([id], async (statements) => {
      const session = await this.#sessions.find(statements, id);
      if (!session) throw new SessionNotFoundError(id);
      if (session.damaged) throw new DamagedSessionError(session);
      const rows = await new OutboxTable(statements).waiting(id);
      const waiting = await this.#seals.opening(statements, (seals) =>
        rows.flatMap((row) => waitingEventOf(row, seals) ?? []),
      );
      return {
        session,
        credentials: await this.#credentials.readAll(statements, session),
        ...(waiting.length > 0 && { waiting }),
      };
    });
  }

  putWhole(sessions: readonly WholeSession[], options: PutOptions = {}): Promise<void> {
    const ids = sessions.map(({ session }) => session.id);
    return this.#transactions.write(ids, async (statements, now) => {
      for (const { session, credentials, waiting = [] } of sessions) {
        await this.#makeRoom(statements, session.id, options);
        const put = putSession(session, now);
        if (!(await this.#sessions.insert(statements, put, now))) throw new SessionExistsError(put);
        if (credentials) await this.#credentials.put(statements, put.id, credentials, now);
        if (waiting.length === 0) continue;
        const seals = await this.#seals.sealing(statements, now);
        for (const receiver of new Set(waiting.map((event) => event.receiver))) {
          const own = waiting.filter((event) => event.receiver === receiver);
          await new OutboxTable(statements).insert({ sessionId: put.id, receiver }, own, 0, seals);
        }
      }
      for (const token of options.tokens ?? []) await this.tokens.put(statements, token);
    });
  }

  /** Removes a session that may be replaced. */
  async #makeRoom(
    statements: Statements,
    id: string,
    { replace = [], deadLeases = [] }: PutOptions,
  ): Promise<void> {
    const there = await this.#sessions.lockIfThere(statements, id);
    if (!there) return;
    if (!replace.includes(id)) throw new SessionExistsError(there);
    if (await this.#leases.isHeld(statements, id, deadLeases)) throw new SessionHeldError(id);
    await this.#sessions.delete(statements, there, true);
  }

  readCreds(sessionId: string): Promise<Uint8Array | undefined> {
    return this.#transactions.snapshot([sessionId], async (statements) => {
      const session = await this.#sessions.find(statements, sessionId);
      if (session?.damaged) throw new DamagedSessionError(session);
      return session && this.#credentials.readCreds(statements, session);
    });
  }

  readKeys(sessionId: string, type: string, ids: readonly string[]): Promise<Map<string, Uint8Array>> {
    return this.#transactions.read([sessionId], (statements) =>
      this.#credentials.readKeys(statements, sessionId, type, ids),
    );
  }

  write(sessionId: string, change: CredentialChange): Promise<void> {
    return this.#writes.write(sessionId, change);
  }

  /** Does nothing: a key file that another machine's first secret is not sealed with would only be in the way here. */
  readonly expectPairing = (): Promise<void> => Promise.resolve();

  commitPairing(id: string, credentials: Required<CredentialChange>): Promise<Session> {
    return this.#writes.commitPairing(id, credentials);
  }

  erase(id: string, status: SessionStatus, lastClose?: Close): Promise<Session> {
    return this.#writes.erase(id, status, lastClose);
  }

  assertWritable(): Promise<void> {
    return this.#transactions.write([], async (statements) => {
      await statements.all('UPDATE wactl.meta SET value = value WHERE FALSE');
    });
  }

  async close(): Promise<void> {
    await this.#transactions.close();
    this.#leases.end();
    this.news.end();
  }
}

const heldElsewhere = ({ sessionId }: Lease, host: string): WactlError =>
  new WactlError(
    'in_use',
    `${host} holds ${sessionId}, and could not open what is sealed with another key`,
    'end the processes there first',
  );

const heldSince = ({ sessionId, pid }: Lease): WactlError =>
  new WactlError(
    'in_use',
    `process ${String(pid)} has held ${sessionId} since before the key was last changed: it could not open a new one`,
    `end it first: wactl disconnect ${sessionId}`,
  );
