import type { Close } from '../../domain/close.ts';
import {
  loggedInSession,
  newSession,
  patchedSession,
  provenSession,
  putSession,
  unpairedSession,
} from '../../domain/session-change.ts';
import type { NewSession, SessionPatch } from '../../domain/session-change.ts';
import type { Identity, Session, SessionStatus } from '../../domain/session.ts';
import type { WholeSession } from '../../domain/whole-session.ts';
import {
  DamagedSessionError,
  SessionExistsError,
  SessionHeldError,
  SessionNotFoundError,
} from '../../errors.ts';
import type { KeptKey, KeySource } from '../../ports/data-key.ts';
import type {
  CredentialChange,
  PutOptions,
  RemoveCondition,
  SessionPage,
  SessionQuery,
  SessionStore,
} from '../../ports/store.ts';
import type { AccessTokens } from '../../ports/tokens.ts';
import type { Statements } from './connections.ts';
import { CredentialTable } from './credential-table.ts';
import { Seals } from './seals.ts';
import { SessionTable } from './session-table.ts';
import { TokenTable } from './token-table.ts';
import type { Transactions } from './transactions.ts';

export type PostgresStoreParts = {
  /** Where it is, for a person. */
  readonly where: string;
  readonly transactions: Transactions;
  readonly keys: KeySource;
};

/**
 * Sessions in PostgreSQL. Each method is one transaction, done when its promise resolves; one that changes a session locks its row
 * first, so that changes of one session follow one another.
 */
export class PostgresStore implements SessionStore {
  readonly tokens: AccessTokens;
  readonly #transactions: Transactions;
  readonly #keys: KeySource;
  readonly #seals: Seals;
  readonly #sessions: SessionTable;
  readonly #credentials: CredentialTable;

  constructor({ where, transactions, keys }: PostgresStoreParts) {
    this.#transactions = transactions;
    this.#keys = keys;
    this.#seals = new Seals(where, keys);
    this.#sessions = new SessionTable(this.#seals);
    this.#credentials = new CredentialTable(this.#seals);
    this.tokens = new TokenTable(transactions);
  }

  /** Resolves when the key is at hand. Before a pairing, whose credentials have to be stored. Throws `missing_key`, `wrong_key`. */
  async unlock(): Promise<void> {
    if (await this.#transactions.read([], (statements) => this.#seals.isAtHand(statements))) return;
    await this.#keys.prepare(null);
  }

  /** How the secrets are sealed; null before the first one. */
  async keyFacts(): Promise<KeptKey | null> {
    const record = await this.#transactions.read([], (statements) => this.#seals.facts(statements));
    return record
      ? { kind: record.kind, generation: record.generation, since: new Date(record.since) }
      : null;
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
    return this.#change(id, (session, now) => patchedSession(session, patch, now));
  }

  recordLogin(id: string, identity: Identity): Promise<Session> {
    return this.#change(id, (session, now) => loggedInSession(session, identity, now));
  }

  remove(id: string, { evenLinked = false, deadLease }: RemoveCondition = {}): Promise<boolean> {
    return this.#transactions.write([id], async (statements) => {
      const session = await this.#sessions.lockIfThere(statements, id);
      if (!session || (await this.#isHeld(statements, id, [deadLease]))) return false;
      return this.#sessions.delete(statements, session, evenLinked);
    });
  }

  readWhole(id: string): Promise<WholeSession> {
    return this.#transactions.snapshot([id], async (statements) => {
      const session = await this.#sessions.find(statements, id);
      if (!session) throw new SessionNotFoundError(id);
      if (session.damaged) throw new DamagedSessionError(session);
      return { session, credentials: await this.#credentials.readAll(statements, session) };
    });
  }

  putWhole(sessions: readonly WholeSession[], options: PutOptions = {}): Promise<void> {
    const ids = sessions.map(({ session }) => session.id);
    return this.#transactions.write(ids, async (statements, now) => {
      for (const { session, credentials } of sessions) {
        await this.#makeRoom(statements, session.id, options);
        const put = putSession(session, now);
        if (!(await this.#sessions.insert(statements, put, now))) throw new SessionExistsError(put);
        if (credentials) await this.#credentials.put(statements, put.id, credentials, now);
      }
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
    if (await this.#isHeld(statements, id, deadLeases)) throw new SessionHeldError(id);
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
    return this.#transactions.write([sessionId], (statements, now) =>
      this.#credentials.write(statements, sessionId, change, now),
    );
  }

  commitPairing(id: string, credentials: Required<CredentialChange>): Promise<Session> {
    return this.#transactions.write([id], async (statements, now) => {
      const session = provenSession(await this.#sessions.lock(statements, id), now);
      await this.#credentials.clear(statements, id);
      await this.#credentials.put(statements, id, credentials, now);
      return this.#sessions.save(statements, session, now);
    });
  }

  erase(id: string, status: SessionStatus, lastClose?: Close): Promise<Session> {
    return this.#transactions.write([id], async (statements, now) => {
      const session = unpairedSession(await this.#sessions.lock(statements, id), status, now, lastClose);
      await this.#credentials.clear(statements, id);
      return this.#sessions.save(statements, session, now);
    });
  }

  assertWritable(): Promise<void> {
    return this.#transactions.write([], async (statements) => {
      await statements.all('UPDATE wactl.meta SET value = value WHERE FALSE');
    });
  }

  close(): Promise<void> {
    return this.#transactions.close();
  }

  #change(id: string, change: (session: Session, now: Date) => Session): Promise<Session> {
    return this.#transactions.write([id], async (statements, now) =>
      this.#sessions.save(statements, change(await this.#sessions.lockWhole(statements, id), now), now),
    );
  }

  async #isHeld(statements: Statements, id: string, dead: readonly (string | undefined)[]): Promise<boolean> {
    const sql = 'SELECT lease_id FROM wactl.leases WHERE session_id = $1 FOR UPDATE';
    const [row] = await statements.rows(sql, [id]);
    return row !== undefined && !dead.includes(String(row['lease_id']));
  }
}
