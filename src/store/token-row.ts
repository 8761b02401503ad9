import { tokenScopes, writtenToken } from '../domain/token.ts';
import type { AccessToken, KeptToken, TokenDraft } from '../domain/token.ts';
import { loadCrypto } from '../keys/load-crypto.ts';
import { crc32 } from './crc32.ts';
import { textIn } from './row-values.ts';
import type { Row } from './row-values.ts';

const tokenBytes = 32;
/** A use is written this seldom. */
export const useGrainMs = 60_000;

/** The columns of `tokens`. */
export const tokenFields = ['name', 'hash', 'scope', 'session_id', 'created_at', 'last_used_at', 'checksum'];

export const freshToken = (): string => writtenToken(loadCrypto().randomBytes(tokenBytes));

/**
 * A slow hash (scrypt) protects what a person can think of; 256 random bits cannot be guessed, and a hash that each request waits
 * for would let anybody keep the server busy.
 */
export const hashOf = (token: string): string =>
  loadCrypto().createHash('sha256').update(token).digest('hex');

/** A flipped bit must not turn `read` into more, or one session into all. */
export const tokenChecksum = (hash: string, { name, scope, sessionId }: TokenDraft): number =>
  crc32(JSON.stringify([name, hash, scope, sessionId]));

/** Undefined for a row that is damaged: its token is worth nothing. */
export function keptTokenOf(row: Row): KeptToken | undefined {
  const name = textIn(row['name']);
  const hash = textIn(row['hash']);
  const scope = tokenScopes.find((word) => word === row['scope']);
  const sessionId = row['session_id'] === null ? null : textIn(row['session_id']);
  if (name === undefined || hash === undefined || !scope || sessionId === undefined) return undefined;
  const draft = { name, scope, sessionId };
  if (tokenChecksum(hash, draft) !== row['checksum']) return undefined;
  return {
    ...draft,
    hash,
    createdAt: new Date(Number(row['created_at'])),
    lastUsedAt: row['last_used_at'] === null ? null : new Date(Number(row['last_used_at'])),
  };
}

/** The same without the hash. */
export function tokenOf(row: Row): AccessToken | undefined {
  const kept = keptTokenOf(row);
  if (!kept) return undefined;
  const { name, scope, sessionId, createdAt, lastUsedAt } = kept;
  return { name, scope, sessionId, createdAt, lastUsedAt };
}
