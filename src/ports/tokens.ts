import type { AccessToken, KeptToken, TokenDraft } from '../domain/token.ts';

/**
 * The tokens that clients of `serve` show, by name. Only a hash of each is kept. Contract suite: test/contract/tokens.ts.
 */
export interface AccessTokens {
  /**
   * Makes a token of 256 random bits; it cannot be read again. Throws `already_exists` for a name that is taken, `not_found`
   * for a session that is not there. It goes with its session.
   */
  create(draft: TokenDraft): Promise<{ readonly token: string; readonly record: AccessToken }>;
  /** By name. */
  list(): Promise<AccessToken[]>;
  /** With their hashes, by name. `SessionStore.putWhole` puts them elsewhere. */
  listKept(): Promise<KeptToken[]>;
  /** Throws `not_found`. */
  revoke(name: string): Promise<void>;
  /** What a client's token is; undefined for one that was never made or has been revoked. */
  find(token: string): Promise<AccessToken | undefined>;
  /** Records that it is in use, unless that was recorded less than a minute ago. Does nothing when it has been revoked. */
  noteUse(name: string): Promise<void>;
}
