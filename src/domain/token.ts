import { UsageError } from '../errors.ts';

/** What a token may do, each more than the one before it. */
export const tokenScopes = ['read', 'pair', 'admin'] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** What a token is for. */
export type TokenDraft = {
  readonly name: string;
  readonly scope: TokenScope;
  /** The one session that it is for; null: all. */
  readonly sessionId: string | null;
};

/** A token as it is kept: without the token itself. */
export type AccessToken = TokenDraft & {
  readonly createdAt: Date;
  /** To the minute; null when it was never used. */
  readonly lastUsedAt: Date | null;
};

/** The same with what its client is known by: the SHA-256 of the token, in hexadecimal. */
export type KeptToken = AccessToken & { readonly hash: string };

/** What the client behind a request may do. */
export type Access = TokenDraft;

/** Whether `scope` is enough for what needs `needed`. */
export const isEnough = (scope: TokenScope, needed: TokenScope): boolean =>
  tokenScopes.indexOf(scope) >= tokenScopes.indexOf(needed);

/** What a token may do, for people. */
export const scopeWords: Readonly<Record<TokenScope, string>> = {
  read: 'read',
  pair: 'read, pair, and bring sessions online or offline',
  admin: 'do everything',
};

/** Random bytes as a token. */
export const writtenToken = (bytes: Uint8Array): string =>
  `wactl_${Buffer.from(bytes).toString('base64url')}`;

/** What the name of a token looks like. */
export const tokenNamePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Reads the name of a token. Throws UsageError. */
export function parseTokenName(text: string): string {
  if (tokenNamePattern.test(text)) return text;
  throw new UsageError(
    `invalid token name "${text}"`,
    'use at most 63 lower-case letters, digits, ".", "_" and "-", starting with a letter or digit',
  );
}
