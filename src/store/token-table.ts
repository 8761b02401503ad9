import { SessionNotFoundError, TokenExistsError, TokenNotFoundError } from '../errors.ts';
import type { AccessToken, KeptToken, TokenDraft } from '../domain/token.ts';
import type { AccessTokens } from '../ports/tokens.ts';
import { columns } from './driver.ts';
import type { Database } from './driver.ts';
import {
  freshToken,
  hashOf,
  keptTokenOf,
  tokenChecksum,
  tokenFields,
  tokenOf,
  useGrainMs,
} from './token-row.ts';
import type { Transactions } from './transactions.ts';

/** Tokens in SQLite, by their SHA-256 (token-row.ts). */
export class TokenTable implements AccessTokens {
  readonly #db: Database;
  readonly #transactions: Transactions;

  constructor(db: Database, transactions: Transactions) {
    this.#db = db;
    this.#transactions = transactions;
  }

  create(draft: TokenDraft): ReturnType<AccessTokens['create']> {
    const { name, scope, sessionId } = draft;
    const token = freshToken();
    const hash = hashOf(token);
    return this.#transactions.write((now) => {
      if (this.#db.rows('SELECT 1 FROM tokens WHERE name = ?', [name]).length > 0)
        throw new TokenExistsError(name);
      if (sessionId !== null && !this.#hasSession(sessionId)) throw new SessionNotFoundError(sessionId);
      this.#db.run(
        `INSERT INTO tokens (name, hash, scope, session_id, created_at, last_used_at, checksum)
         VALUES (?, ?, ?, ?, ?, NULL, ?)`,
        [name, hash, scope, sessionId, now.getTime(), tokenChecksum(hash, draft)],
      );
      return { token, record: { ...draft, createdAt: now, lastUsedAt: null } };
    });
  }

  list(): Promise<AccessToken[]> {
    return this.#transactions.read(() =>
      this.#db
        .rows(`SELECT ${tokenColumns} FROM tokens ORDER BY tokens.name`, [])
        .flatMap((row) => tokenOf(row) ?? []),
    );
  }

  listKept(): Promise<KeptToken[]> {
    return this.#transactions.read(() =>
      this.#db
        .rows(`SELECT ${tokenColumns} FROM tokens ORDER BY tokens.name`, [])
        .flatMap((row) => keptTokenOf(row) ?? []),
    );
  }

  /** Runs inside the caller's transaction. */
  put({ name, hash, scope, sessionId, createdAt, lastUsedAt }: KeptToken): void {
    if (sessionId !== null && !this.#hasSession(sessionId)) return;
    this.#db.run(
      `INSERT OR REPLACE INTO tokens (name, hash, scope, session_id, created_at, last_used_at, checksum)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[name, hash, scope, sessionId, createdAt.getTime(), lastUsedAt?.getTime() ?? null],
        tokenChecksum(hash, { name, scope, sessionId }),
      ],
    );
  }

  revoke(name: string): Promise<void> {
    return this.#transactions.write(() => {
      if (this.#db.run('DELETE FROM tokens WHERE name = ?', [name]) === 0) throw new TokenNotFoundError(name);
    });
  }

  find(token: string): Promise<AccessToken | undefined> {
    const hash = hashOf(token);
    return this.#transactions.read(() => {
      const row = this.#db.rows(`SELECT ${tokenColumns} FROM tokens WHERE hash = ?`, [hash])[0];
      return row && tokenOf(row);
    });
  }

  noteUse(name: string): Promise<void> {
    return this.#transactions.writeLoosely((now) => {
      this.#db.run(
        'UPDATE tokens SET last_used_at = ?1 WHERE name = ?2 AND (last_used_at IS NULL OR abs(?1 - last_used_at) >= ?3)',
        [now.getTime(), name, useGrainMs],
      );
    });
  }

  #hasSession(id: string): boolean {
    return this.#db.rows('SELECT 1 FROM sessions WHERE id = ?', [id]).length > 0;
  }
}

const tokenColumns = columns(tokenFields);
