import { SessionNotFoundError } from '../../errors.ts';
import { foldForSearch } from '../../domain/search.ts';
import { mayBeLinked, sessionStatuses } from '../../domain/session.ts';
import type { Session } from '../../domain/session.ts';
import type { SessionPage, SessionQuery } from '../../ports/store.ts';
import { listedSessionOf } from '../listed-session.ts';
import type { SecretSeals } from '../seal.ts';
import { rowOf, sessionColumns, sessionOf } from '../session-row.ts';
import type { Statements, Value } from './connections.ts';
import { lockedSession } from './locked-session.ts';
import type { Seals } from './seals.ts';

const all = sessionColumns.join();

/** The table `sessions`. Everything here runs on the caller's connection, in its transaction if there is one. */
export class SessionTable {
  readonly #seals: Seals;

  constructor(seals: Seals) {
    this.#seals = seals;
  }

  /** False when the id is taken. */
  async insert(statements: Statements, session: Session, now: Date): Promise<boolean> {
    const row = rowOf(session, await this.#sealing(statements, session, now));
    const names = Object.keys(row);
    const marks = names.map((_, index) => `$${String(index + 1)}`);
    const sql = `INSERT INTO wactl.sessions (${names.join()}) VALUES (${marks.join()}) ON CONFLICT DO NOTHING`;
    return (await statements.run(sql, Object.values(row))) === 1;
  }

  /** A damaged session is marked as damaged. */
  async find(statements: Statements, id: string): Promise<Session | undefined> {
    const [row] = await statements.rows(`SELECT ${all} FROM wactl.sessions WHERE id = $1`, [id]);
    return row && (await this.#seals.opening(statements, (seals) => sessionOf(row, seals)));
  }

  /** Nobody else changes it until the transaction ends. Throws `not_found`. A damaged session is marked as damaged. */
  async lock(statements: Statements, id: string, leaseId?: string): Promise<Session> {
    const session = await this.lockIfThere(statements, id, leaseId);
    if (!session) throw new SessionNotFoundError(id);
    return session;
  }

  /** Also waits for whoever is just making it. With a lease, throws LeaseLostError. */
  async lockIfThere(statements: Statements, id: string, leaseId?: string): Promise<Session | undefined> {
    const row = await lockedSession(statements, id, { columns: all, lock: 'FOR UPDATE', leaseId });
    return row && (await this.#seals.opening(statements, (seals) => sessionOf(row, seals)));
  }

  /**
   * Whether it is paired, which stays so until the transaction ends. Throws `not_found`, and with a lease LeaseLostError. The rest of
   * the record may be unreadable.
   */
  async hasCredentials(statements: Statements, id: string, leaseId?: string): Promise<boolean> {
    const columns = 'paired, unconfirmed';
    const row = await lockedSession(statements, id, { columns, lock: 'FOR SHARE', leaseId });
    if (!row) throw new SessionNotFoundError(id);
    return row['paired'] === 1 || row['unconfirmed'] === 1;
  }

  /** Replaces the row with the same id. Returns the session as it is stored then. */
  async save(statements: Statements, session: Session, now: Date): Promise<Session> {
    const seals = await this.#sealing(statements, session, now);
    const row = rowOf(session, seals);
    const changes = Object.keys(row).map((column, index) => `${column} = $${String(index + 1)}`);
    const values = Object.values(row);
    const sql = `UPDATE wactl.sessions SET ${changes.join()} WHERE id = $${String(values.length + 1)}`;
    await statements.run(sql, [...values, session.id]);
    return sessionOf(row, seals);
  }

  /** Of a locked session. Unless `evenLinked`, only one that no phone may list. */
  async delete(statements: Statements, session: Session, evenLinked: boolean): Promise<boolean> {
    if (!evenLinked && mayBeLinked(session)) return false;
    return (await statements.run('DELETE FROM wactl.sessions WHERE id = $1', [session.id])) === 1;
  }

  async idsWithPrefix(statements: Statements, prefix: string, limit: number): Promise<string[]> {
    // A range, so that no character of the prefix is a wildcard.
    const sql = `SELECT id FROM wactl.sessions WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3`;
    const rows = await statements.rows(sql, [prefix, `${prefix}\u{10FFFF}`, limit]);
    return rows.map((row) => String(row['id']));
  }

  /** Without the key: their secrets are opened where somebody reads them. */
  async page(
    statements: Statements,
    { statuses = [], search = '', live = new Map(), page, perPage }: SessionQuery,
  ): Promise<SessionPage> {
    const conditions: string[] = [];
    const values: Value[] = [];
    const mark = (value: Value): string => `$${String(values.push(value))}`;
    if (statuses.length > 0) {
      // An unreadable status is shown as failed.
      const isUnreadable = statuses.includes('failed') ? `OR status <> ALL(${mark(sessionStatuses)})` : '';
      const matching = [...live].filter(([, status]) => statuses.includes(status)).map(([id]) => id);
      conditions.push(
        `((status = ANY(${mark(statuses)}) ${isUnreadable}) AND id <> ALL(${mark([...live.keys()])})
          OR id = ANY(${mark(matching)}))`,
      );
    }
    if (search !== '') conditions.push(`strpos(search_text, ${mark(foldForSearch(search))}) > 0`);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const [counted] = await statements.rows(`SELECT count(*) AS total FROM wactl.sessions ${where}`, values);
    const [limit, offset] = [mark(perPage), mark((page - 1) * perPage)];
    const rows = await statements.rows(
      `SELECT ${all} FROM wactl.sessions ${where} ORDER BY created_at, id LIMIT ${limit} OFFSET ${offset}`,
      values,
    );
    const sessions = await this.#seals.listing(statements, (seals) =>
      rows.map((row) => listedSessionOf(row, seals, live)),
    );
    return { sessions, total: Number(counted?.['total']) };
  }

  /** The key is asked for only where there is something to seal. */
  async #sealing(statements: Statements, session: Session, now: Date): Promise<SecretSeals> {
    const { webhook, otherWebhooks, proxy } = session;
    const isPlain =
      proxy === null && webhook?.secret == null && !webhook?.headers && otherWebhooks.length === 0;
    return isPlain ? this.#seals.none() : this.#seals.sealing(statements, now);
  }
}
