import { DamagedSessionError, SessionNotFoundError } from '../errors.ts';
import { foldForSearch } from '../domain/search.ts';
import type { SessionPage, SessionQuery } from '../ports/store.ts';
import { mayBeLinked, sessionStatuses } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { columns } from './driver.ts';
import type { Database } from './driver.ts';
import type { BoundValue } from './row-values.ts';
import type { SecretSeals } from './seal.ts';
import { listedSessionOf } from './listed-session.ts';
import { damagedSessionOf, readable, rowOf, sessionColumns, sessionOf } from './session-row.ts';

/** The table `sessions`. Everything here runs inside the caller's transaction, if there is one. */
export class SessionTable {
  readonly #db: Database;
  readonly #seals: SecretSeals;

  constructor(db: Database, seals: SecretSeals) {
    this.#db = db;
    this.#seals = seals;
  }

  /** False when the id is taken. */
  insert(session: Session): boolean {
    if (this.find(session.id)) return false;
    const row = rowOf(session, this.#seals);
    const names = Object.keys(row);
    const marks = names.map(() => '?');
    const sql = `INSERT INTO sessions (${names.join()}) VALUES (${marks.join()}) ON CONFLICT DO NOTHING`;
    return this.#db.run(sql, Object.values(row)) === 1;
  }

  /** A damaged session is marked as damaged. */
  find(id: string): Session | undefined {
    const sql = `SELECT ${allColumns} FROM sessions`;
    const row = this.#db.rows(`${sql} WHERE id = ?`, [id])[0];
    if (row) return { ...sessionOf(row, this.#seals), id };
    const rowid = this.#lost(id);
    const lost = rowid === undefined ? undefined : this.#db.rows(`${sql} WHERE rowid = ?`, [rowid])[0];
    return lost && { ...damagedSessionOf(lost, this.#seals), id };
  }

  /** Throws `not_found`. A damaged session is marked as damaged. */
  need(id: string): Session {
    const session = this.find(id);
    if (!session) throw new SessionNotFoundError(id);
    return session;
  }

  /** Throws `not_found`, or `store_damaged` when the record is damaged. */
  needWhole(id: string): Session {
    const session = this.need(id);
    if (session.damaged) throw new DamagedSessionError(session);
    return session;
  }

  /** Throws `not_found`. The rest of the record may be unreadable. */
  hasCredentials(id: string): boolean {
    const row = this.#db.rows('SELECT paired, unconfirmed FROM sessions WHERE id = ?', [id])[0];
    if (!row) throw new SessionNotFoundError(id);
    return row['paired'] === 1 || row['unconfirmed'] === 1;
  }

  /** Replaces the row with the same id. Returns the session as it is stored then. */
  save(session: Session): Session {
    const row = rowOf(session, this.#seals);
    const changes = Object.keys(row).map((column) => `${column} = ?`);
    this.#db.run(`UPDATE sessions SET ${changes.join()} WHERE id = ?`, [...Object.values(row), session.id]);
    return this.need(session.id);
  }

  /** Unless `evenLinked`, deletes only a session that no phone may list. The rest of the record may be unreadable. */
  delete(id: string, evenLinked: boolean): boolean {
    if (!evenLinked && mayBeLinked(this.need(id))) return false;
    if (this.#db.run('DELETE FROM sessions WHERE id = ?', [id]) === 1) return true;
    const rowid = this.#lost(id);
    return rowid !== undefined && this.#db.run('DELETE FROM sessions WHERE rowid = ?', [rowid]) === 1;
  }

  idsWithPrefix(prefix: string, limit: number): string[] {
    // A range, so that no character of the prefix is a wildcard. Both the index and the table are queried: if one were
    // damaged, a longer id could be mistaken for the one that is meant.
    const sql = `SELECT ${columns(['id'])} FROM (
      SELECT id FROM sessions WHERE id >= ?1 AND id < ?2
      UNION SELECT id FROM sessions NOT INDEXED WHERE instr(id, ?1) = 1
      ORDER BY id LIMIT ?3)`;
    return this.#db.rows(sql, [prefix, `${prefix}\u{10FFFF}`, limit]).map((row) => readable(row['id']));
  }

  /** Without the key: their secrets are opened where somebody reads them. */
  page({ statuses = [], search = '', live = new Map(), page, perPage }: SessionQuery): SessionPage {
    const conditions: string[] = [];
    const values: BoundValue[] = [];
    if (statuses.length > 0) {
      // An unreadable status is shown as failed.
      const isUnreadable = `status NOT IN (${marksFor(sessionStatuses)})`;
      const isOneOf = `(status IN (${marksFor(statuses)}) OR ${statuses.includes('failed') ? isUnreadable : 'FALSE'})`;
      const listed = 'id IN (SELECT value FROM json_each(?))';
      conditions.push(`(${isOneOf} AND NOT ${listed} OR ${listed})`);
      const matching = [...live].filter(([, status]) => statuses.includes(status)).map(([id]) => id);
      values.push(...statuses, ...(statuses.includes('failed') ? sessionStatuses : []));
      values.push(JSON.stringify([...live.keys()]), JSON.stringify(matching));
    }
    if (search !== '') {
      conditions.push('instr(search_text, ?) > 0');
      values.push(foldForSearch(search));
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const total = this.#db.rows(`SELECT count(*) AS total FROM sessions ${where}`, values)[0]?.['total'];
    const order = 'ORDER BY sessions.created_at, sessions.id LIMIT ? OFFSET ?';
    const rows = this.#db.rows(`SELECT ${allColumns} FROM sessions ${where} ${order}`, [
      ...values,
      perPage,
      (page - 1) * perPage,
    ]);
    const sessions = rows.map((row) => listedSessionOf(row, this.#seals, live));
    return { sessions, total: Number(total) };
  }

  /**
   * The row of a session that is in the table, but missing from its index or there under other bytes: "absent" must be
   * true.
   */
  #lost(id: string): number | undefined {
    const sql = 'SELECT rowid FROM sessions NOT INDEXED WHERE id = ?';
    const found = this.#db.rows(sql, [id])[0]?.['rowid'];
    if (found !== undefined || !id.includes('\uFFFD')) return found as number | undefined;
    const all = this.#db.rows(`SELECT rowid, ${columns(['id'])} FROM sessions NOT INDEXED`, []);
    return all.find((row) => readable(row['id']) === id)?.['rowid'] as number | undefined;
  }
}

const allColumns = columns(sessionColumns);
const marksFor = (values: readonly unknown[]): string => values.map(() => '?').join();
