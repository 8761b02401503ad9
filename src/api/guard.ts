import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { UsageError } from '../errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import { writtenToken } from '../domain/token.ts';
import type { Access } from '../domain/token.ts';
import type { Clock } from '../ports/clock.ts';
import type { AccessTokens } from '../ports/tokens.ts';
import type { Caller } from './caller.ts';
import { RequestError } from './request-error.ts';
import type { StreamTickets } from './stream-tickets.ts';
import { WrongTokens } from './wrong-tokens.ts';

/** Fewer characters could be guessed. */
const shortestToken = 16;
const tokenBytes = 32;

/** What the token of the environment, or that of this run, is called. No stored token can be called so. */
const ownName = 'WACTL_TOKEN';

/** A random token of 256 bits. */
export const newToken = (): string => writtenToken(randomBytes(tokenBytes));

/** Throws UsageError for a token that is too short, or that a header cannot carry. */
export function checkToken(token: string): string {
  if (token.length < shortestToken || !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      `the token must have at least ${String(shortestToken)} characters and no spaces`,
      'make one with: openssl rand -hex 32',
    );
  }
  return token;
}

export type GuardOptions = {
  /** May do everything; null: there are only those of `tokens`. */
  readonly token: string | null;
  readonly tokens: Pick<AccessTokens, 'find' | 'list' | 'noteUse'>;
  readonly tickets: Pick<StreamTickets, 'take'>;
  readonly clock: Clock;
  /** Names beside those of this machine and plain addresses by which it may be called. */
  readonly hostNames: readonly string[];
  /** Paths that need no token. */
  readonly open: readonly string[];
};

export type Guard = {
  /** What the client may do; null: it has no token, and the path needs none. Throws RequestError. */
  admit(request: Request, caller: Caller): Promise<Access | null>;
  /** Whether a token that was let in may still come in. */
  isStillGood(access: Access): Promise<boolean>;
};

/**
 * Lets in clients that have a token, and no web page of others: neither a page of another site (Origin), nor a page whose
 * host name was made to point here (DNS rebinding, impossible with a plain address).
 */
export function createGuard(options: GuardOptions): Guard {
  const { token, tokens, tickets, clock, hostNames, open } = options;
  const own = token === null ? null : digest(token);
  const wrong = new WrongTokens(clock);
  const named: Access = { name: ownName, scope: 'admin', sessionId: null };
  // It stays out of the answer: who may come in must not wait for it.
  const noteUse = (name: string): void => void tokens.noteUse(name).catch(() => undefined);

  const accessOf = async (shown: string): Promise<Access | undefined> => {
    // Both sides hashed: equal lengths, and nothing to be learnt from the time it takes.
    if (own && timingSafeEqual(digest(shown), own)) return named;
    const found = await tokens.find(shown);
    if (!found) return undefined;
    const { name, scope, sessionId, lastUsedAt } = found;
    if (!lastUsedAt || clock.now().getTime() - lastUsedAt.getTime() >= noteEveryMs) noteUse(name);
    return { name, scope, sessionId };
  };

  return {
    async admit({ headers, url }, caller) {
      assertOurs(headers, hostNames);
      const { pathname, searchParams } = new URL(url);
      if (open.includes(pathname)) return null;
      const ticket = searchParams.get('ticket');
      if (ticket !== null && !headers.has('authorization')) {
        const access = tickets.take(ticket);
        if (access) return access;
        throw unauthorized('the ticket is wrong, was used before, or has expired', 'ask for a new one');
      }
      const shown = bearerOf(headers);
      if (shown !== '') wrong.assertMayTry(caller.address, shown);
      const access = shown === '' ? undefined : await accessOf(shown);
      if (access) return access;
      if (shown !== '') await wrong.slowDown(caller.address);
      const what = headers.has('authorization') ? 'the token is wrong' : 'a token is required';
      throw unauthorized(what, 'send it as: Authorization: Bearer TOKEN');
    },
    async isStillGood({ name, scope, sessionId }) {
      if (name === ownName) return true;
      const all = await tokens.list();
      return all.some(
        (one) =>
          one.name === name &&
          one.scope === scope &&
          // A ticket may be for less than its token.
          (one.sessionId === null || one.sessionId === sessionId),
      );
    },
  };
}

/** As seldom as the store writes it. */
const noteEveryMs = 60_000;

const unauthorized = (what: string, hint: string): RequestError =>
  new RequestError('unauthorized', what, hint, { 'www-authenticate': 'Bearer' });

/** Throws RequestError for a name that is not this server's, and for a page of another site. */
function assertOurs(headers: Headers, hostNames: readonly string[]): void {
  const host = headers.get('host') ?? '';
  if (!isOurs(hostnameOf(host), hostNames)) {
    throw new RequestError(
      'forbidden',
      'this server does not answer requests for that host name',
      'allow it with --allow-host',
    );
  }
  const origin = headers.get('origin');
  if (origin !== null && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw new RequestError('forbidden', 'pages of other sites must not use this API');
  }
}

/** To compare secrets: of equal lengths, and nothing is learnt from the time it takes. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** "" when there is none. The scheme's name is in any case (RFC 9110, 11.1). */
const bearerOf = (headers: Headers): string =>
  /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';

const hostnameOf = (host: string): string =>
  URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';

const isAddress = (hostname: string): boolean => /^\d+(\.\d+){3}$/.test(hostname) || hostname.startsWith('[');

const isOurs = (hostname: string, hostNames: readonly string[]): boolean =>
  isLoopback(hostname) || isAddress(hostname) || hostNames.includes(hostname);
