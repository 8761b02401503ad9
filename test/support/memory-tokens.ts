import { SessionNotFoundError, TokenExistsError, TokenNotFoundError } from '../../src/errors.ts';
import type { AccessToken } from '../../src/domain/token.ts';
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
} {
  const kept = new Map<string, { readonly token: string; record: AccessToken }>();
  let made = 0;
  const tokens: AccessTokens = {
    create: (draft) =>
      answer(() => {
        const { name, sessionId } = draft;
        if (kept.has(name)) throw new TokenExistsError(name);
        if (sessionId !== null && !hasSession(sessionId)) throw new SessionNotFoundError(sessionId);
        const record = { ...draft, createdAt: now(), lastUsedAt: null };
        const token = `wactl_${String(++made).padStart(43, '0')}`;
        kept.set(name, { token, record });
        return { token, record };
      }),
    list: () =>
      answer(() => [...kept.values()].map(({ record }) => record).sort((a, b) => (a.name < b.name ? -1 : 1))),
    revoke: (name) =>
      answer(() => {
        if (!kept.delete(name)) throw new TokenNotFoundError(name);
      }),
    find: (token) => answer(() => [...kept.values()].find((one) => one.token === token)?.record),
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
  return { tokens, forget };
}
