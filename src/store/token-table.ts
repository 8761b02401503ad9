import { SessionNotFoundError, TokenExistsError, TokenNotFoundError } from '../errors.ts';
import { tokenScopes, writtenToken } from '../domain/token.ts';
import type { AccessToken, TokenDraft } from '../domain/token.ts';
import type { AccessTokens } from '../ports/tokens.ts';
import { loadCrypto } from '../keys/load-crypto.ts';
import { crc32 } from './crc32.ts';
import { columns } from './driver.ts';
import { textIn } from './row-values.ts';
import type { Database } from './driver.ts';
import type { Row } from './row-values.ts';
import type { Transactions } from './transactions.ts';

const tokenBytes = 32;
/** A use is written this seldom. */
const useGrainMs = 60_000;

/**
 * Tokens in SQLite, by their SHA-256. A slow hash (scrypt) protects what a person can think of; 256 random bits cannot be
 * guessed, and a hash that each request waits for would let anybody keep the server busy.
 */
export class TokenTable implements AccessTokens {
  readonly #db: Database;
  readonly #transactions: Transactions;

  constructor(db: Database, transactions: Transactions) {
    this.#db = db;
    this.#transactions = transactions;
  }

  create(draft: TokenDraft): ReturnType<AccessTokens['create']> {
    const { name, scope, sessionId } = draft;
    const token = writtenToken(loadCrypto().randomBytes(tokenBytes));
    const hash = hashOf(token);
    return this.#transactions.write((now) => {
      if (this.#db.rows('SELECT 1 FROM tokens WHERE name = ?', [name]).length > 0)
        throw new TokenExistsError(name);
      if (sessionId !== null && !this.#hasSession(sessionId)) throw new SessionNotFoundError(sessionId);
      this.#db.run(
        `INSERT INTO tokens (name, hash, scope, session_id, created_at, last_used_at, checksum)
         VALUES (?, ?, ?, ?, ?, NULL, ?)`,
        [name, hash, scope, sessionId, now.getTime(), checksum(hash, draft)],
      );
      return { token, record: { ...draft, createdAt: now, lastUsedAt: null } };
    });
  }

  list(): Promise<AccessToken[]> {
    return this.#transactions.read(() =>
      this.#db
        .rows(`SELECT ${tokenColumns} FROM tokens ORDER BY tokens.name`, [])
        .flatMap((row) => decoded(row) ?? []),
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
      return row && decoded(row);
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

const tokenColumns = columns([
  'name',
  'hash',
  'scope',
  'session_id',
  'created_at',
  'last_used_at',
  'checksum',
]);

const hashOf = (token: string): string => loadCrypto().createHash('sha256').update(token).digest('hex');

/** A flipped bit must not turn `read` into more, or one session into all. */
const checksum = (hash: string, { name, scope, sessionId }: TokenDraft): number =>
  crc32(JSON.stringify([name, hash, scope, sessionId]));

/** Undefined for a row that is damaged: its token is worth nothing. */
function decoded(row: Row): AccessToken | undefined {
  const name = textIn(row['name']);
  const hash = textIn(row['hash']);
  const scope = tokenScopes.find((word) => word === row['scope']);
  const sessionId = row['session_id'] === null ? null : textIn(row['session_id']);
  if (name === undefined || hash === undefined || !scope || sessionId === undefined) return undefined;
  const draft = { name, scope, sessionId };
  if (checksum(hash, draft) !== row['checksum']) return undefined;
  return {
    ...draft,
    createdAt: new Date(Number(row['created_at'])),
    lastUsedAt: row['last_used_at'] === null ? null : new Date(Number(row['last_used_at'])),
  };
}
