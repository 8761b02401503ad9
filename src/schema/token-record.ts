import type { Access, AccessToken } from '../domain/token.ts';
import type { AccessRecord } from './token-schema.ts';

/** What a token may do. `session` is null when it is for all. */
export const accessRecord = ({ name, scope, sessionId }: Access): AccessRecord => ({
  name,
  scope,
  session: sessionId,
});

/** A token as scripts see it. */
export const tokenRecord = (token: AccessToken) => ({
  ...accessRecord(token),
  created_at: token.createdAt.toISOString(),
  last_used_at: token.lastUsedAt?.toISOString() ?? null,
});
