import { SessionNotFoundError, TokenExistsError, TokenNotFoundError } from '../../src/errors.ts';
import { createHash, randomBytes } from 'node:crypto';
import type { AccessToken, KeptToken } from '../../src/domain/token.ts';
import type { AccessTokens } from '../../src/ports/tokens.ts';

export type MemoryTokensParts = {
  readonly now: () => Date;
  readonly hasSession: (id: string) => boolean;
  /** Does the work at once, and answers later with a copy. */
  readonly answer: <T>(work: () => T) => Promise<T>;
};

/** Tokens in memory, as faithful as the contract suite can tell; call `forget` when a session is removed. */
export function memoryTokens({ now, hasSession, answer }: MemoryTokensParts): {
  readonly tokens: AccessTokens;
  readonly forget: (sessionId: string) => void;
  /** At once. */
  readonly put: (tokens: readonly KeptToken[]) => void;
} {
  const kept = new Map<string, { readonly hash: string; record: AccessToken }>();
  const tokens: AccessTokens = {
    create: (draft) =>
      answer(() => {
        const { name, sessionId } = draft;
        if (kept.has(name)) throw new TokenExistsError(name);
        if (sessionId !== null && !hasSession(sessionId)) throw new SessionNotFoundError(sessionId);
        const record = { ...draft, createdAt: now(), lastUsedAt: null };
        const token = `wactl_${randomBytes(32).toString('base64url')}`;
        kept.set(name, { hash: hashOf(token), record });
        return { token, record };
      }),
    list: () =>
      answer(() => [...kept.values()].map(({ record }) => record).sort((a, b) => (a.name < b.name ? -1 : 1))),
    listKept: () =>
      answer(() =>
        [...kept.values()]
          .map(({ record, hash }) => ({ ...record, hash }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    revoke: (name) =>
      answer(() => {
        if (!kept.delete(name)) throw new TokenNotFoundError(name);
      }),
    find: (token) => answer(() => [...kept.values()].find((one) => one.hash === hashOf(token))?.record),
    noteUse: (name) =>
      answer(() => {
        const one = kept.get(name);
        const last = one?.record.lastUsedAt;
        if (one && (!last || now().getTime() - last.getTime() >= 60_000))
          one.record = { ...one.record, lastUsedAt: now() };
      }),
  };
  const forget = (sessionId: string): void => {
    for (const [name, { record }] of kept) if (record.sessionId === sessionId) kept.delete(name);
  };
  const put = (all: readonly KeptToken[]): void => {
    for (const { hash, ...record } of all) {
      if (record.sessionId !== null && !hasSession(record.sessionId)) continue;
      for (const [name, one] of kept) if (one.hash === hash) kept.delete(name);
      kept.set(record.name, { hash, record });
    }
  };
  return { tokens, forget, put };
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
