import { SessionNotFoundError, TokenExistsError, TokenNotFoundError } from '../../errors.ts';
import type { AccessToken, KeptToken, TokenDraft } from '../../domain/token.ts';
import type { AccessTokens } from '../../ports/tokens.ts';
import {
  freshToken,
  hashOf,
  keptTokenOf,
  tokenChecksum,
  tokenFields,
  tokenOf,
  useGrainMs,
} from '../token-row.ts';
import type { Statements } from './connections.ts';
import type { Transactions } from './transactions.ts';

const all = tokenFields.join();

/** Tokens in PostgreSQL, by their SHA-256 (token-row.ts). */
export class TokenTable implements AccessTokens {
  readonly #transactions: Transactions;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  create(draft: TokenDraft): ReturnType<AccessTokens['create']> {
    const { name, scope, sessionId } = draft;
    const token = freshToken();
    const hash = hashOf(token);
    return this.#transactions.write(sessionId === null ? [] : [sessionId], async (statements, now) => {
      if (sessionId !== null) {
        const sql = 'SELECT 1 FROM wactl.sessions WHERE id = $1 FOR KEY SHARE';
        if ((await statements.run(sql, [sessionId])) === 0) throw new SessionNotFoundError(sessionId);
      }
      const made = await statements.run(
        `INSERT INTO wactl.tokens (name, hash, scope, session_id, created_at, checksum)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING`,
        [name, hash, scope, sessionId, now.getTime(), tokenChecksum(hash, draft)],
      );
      if (made === 0) throw new TokenExistsError(name);
      return { token, record: { ...draft, createdAt: now, lastUsedAt: null } };
    });
  }

  list(): Promise<AccessToken[]> {
    return this.#transactions.read(undefined, async (statements) =>
      (await statements.rows(`SELECT ${all} FROM wactl.tokens ORDER BY name`)).flatMap(
        (row) => tokenOf(row) ?? [],
      ),
    );
  }

  listKept(): Promise<KeptToken[]> {
    return this.#transactions.read(undefined, async (statements) =>
      (await statements.rows(`SELECT ${all} FROM wactl.tokens ORDER BY name`)).flatMap(
        (row) => keptTokenOf(row) ?? [],
      ),
    );
  }

  /** Runs inside the caller's transaction. */
  async put(
    statements: Statements,
    { name, hash, scope, sessionId, createdAt, lastUsedAt }: KeptToken,
  ): Promise<void> {
    await statements.run('DELETE FROM wactl.tokens WHERE name = $1 OR hash = $2', [name, hash]);
    await statements.run(
      `INSERT INTO wactl.tokens (name, hash, scope, session_id, created_at, last_used_at, checksum)
       SELECT $1, $2, $3, $4, $5, $6, $7
       WHERE $4::text IS NULL OR EXISTS (SELECT 1 FROM wactl.sessions WHERE id = $4)`,
      [
        ...[name, hash, scope, sessionId, createdAt.getTime(), lastUsedAt?.getTime() ?? null],
        tokenChecksum(hash, { name, scope, sessionId }),
      ],
    );
  }

  revoke(name: string): Promise<void> {
    return this.#transactions.write([], async (statements) => {
      if ((await statements.run('DELETE FROM wactl.tokens WHERE name = $1', [name])) === 0)
        throw new TokenNotFoundError(name);
    });
  }

  find(token: string): Promise<AccessToken | undefined> {
    return this.#transactions.read(undefined, async (statements) => {
      const [row] = await statements.rows(`SELECT ${all} FROM wactl.tokens WHERE hash = $1`, [hashOf(token)]);
      return row && tokenOf(row);
    });
  }

  noteUse(name: string): Promise<void> {
    return this.#transactions.write(
      [],
      async (statements, now) => {
        await statements.run(
          `UPDATE wactl.tokens SET last_used_at = $1
           WHERE name = $2 AND (last_used_at IS NULL OR abs($1 - last_used_at) >= $3)`,
          [now.getTime(), name, useGrainMs],
        );
      },
      'loose',
    );
  }
}
