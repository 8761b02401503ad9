import { SessionNotFoundError } from '../errors.ts';
import { foldForSearch } from '../session/search.ts';
import type { SessionPage, SessionQuery } from '../session/session-store.ts';
import type { Session } from '../session/session.ts';
import { storeDamagedError } from './database-error.ts';
import type { BoundValue, Database, Row } from './driver.ts';
import { rowOf, sessionOf } from './session-row.ts';

/** The table `sessions`. Everything here runs inside the caller's transaction, if there is one. */
export class SessionTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** False when the id is taken. */
  insert(session: Session): boolean {
    const row = rowOf(session);
    const columns = Object.keys(row);
    const marks = columns.map(() => '?');
    const sql = `INSERT INTO sessions (${columns.join()}) VALUES (${marks.join()}) ON CONFLICT DO NOTHING`;
    return this.#db.run(sql, Object.values(row)) === 1;
  }

  find(id: string): Session | undefined {
    const row = this.#db.rows('SELECT * FROM sessions WHERE id = ?', [id])[0];
    return row && this.#decode(row);
  }

  /** Throws `not_found`. */
  need(id: string): Session {
    const session = this.find(id);
    if (!session) throw new SessionNotFoundError(id);
    return session;
  }

  /** Throws `not_found`. Needs no more of the record to be readable. */
  isPaired(id: string): boolean {
    const row = this.#db.rows('SELECT paired FROM sessions WHERE id = ?', [id])[0];
    if (!row) throw new SessionNotFoundError(id);
    return row['paired'] === 1;
  }

  /** Replaces the row with the same id. Answers with what it then says. */
  save(session: Session): Session {
    const row = rowOf(session);
    const changes = Object.keys(row).map((column) => `${column} = ?`);
    this.#db.run(`UPDATE sessions SET ${changes.join()} WHERE id = ?`, [...Object.values(row), session.id]);
    return this.need(session.id);
  }

  delete(id: string): boolean {
    return this.#db.run('DELETE FROM sessions WHERE id = ?', [id]) === 1;
  }

  idsWithPrefix(prefix: string, limit: number): string[] {
    // A range, so that the index serves it and no character of the prefix is a wildcard.
    const sql = 'SELECT id FROM sessions WHERE id >= ? AND id < ? ORDER BY id LIMIT ?';
    return this.#db.rows(sql, [prefix, `${prefix}\u{10FFFF}`, limit]).map((row) => String(row['id']));
  }

  page({ statuses = [], search = '', live = new Map(), page, perPage }: SessionQuery): SessionPage {
    const conditions: string[] = [];
    const values: BoundValue[] = [];
    if (statuses.length > 0) {
      const isOneOf = `status IN (${statuses.map(() => '?').join()})`;
      const listed = 'id IN (SELECT value FROM json_each(?))';
      conditions.push(`(${isOneOf} AND NOT ${listed} OR ${listed})`);
      const matching = [...live].filter(([, status]) => statuses.includes(status)).map(([id]) => id);
      values.push(...statuses, JSON.stringify([...live.keys()]), JSON.stringify(matching));
    }
    if (search !== '') {
      conditions.push('instr(search_text, ?) > 0');
      values.push(foldForSearch(search));
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const total = this.#db.rows(`SELECT count(*) AS total FROM sessions ${where}`, values)[0]?.['total'];
    const rows = this.#db.rows(`SELECT * FROM sessions ${where} ORDER BY created_at, id LIMIT ? OFFSET ?`, [
      ...values,
      perPage,
      (page - 1) * perPage,
    ]);
    const sessions = rows
      .map((row) => this.#decode(row))
      .map((session) => ({ ...session, status: live.get(session.id) ?? session.status }));
    return { sessions, total: Number(total) };
  }

  #decode(row: Row): Session {
    try {
      return sessionOf(row);
    } catch (error) {
      throw storeDamagedError(
        this.#db.path,
        `the record of session "${String(row['id'])}" is not readable`,
        error,
      );
    }
  }
}
