import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { UsageError } from '../errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import { RequestError } from './request-error.ts';

/** Fewer characters could be guessed. */
const shortestToken = 16;

/** A random token of 256 bits. */
export const newToken = (): string => `wactl_${randomBytes(32).toString('base64url')}`;

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
  readonly token: string;
  /** Names beside those of this machine and plain addresses by which it may be called. */
  readonly hostNames: readonly string[];
  /** Paths that need no token. */
  readonly open: readonly string[];
};

/**
 * Lets in clients that have the token, and no web page: neither a page of another site (Origin), nor a page whose host
 * name was made to point here (DNS rebinding, impossible with a plain address). The result throws RequestError.
 */
export function createGuard({ token, hostNames, open }: GuardOptions): (request: Request) => void {
  const expected = digest(token);
  return ({ headers, url }) => {
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
    if (open.includes(new URL(url).pathname)) return;
    // Both sides hashed: equal lengths, and nothing to be learnt from the time it takes.
    if (timingSafeEqual(digest(bearerOf(headers)), expected)) return;
    const what = headers.has('authorization') ? 'the token is wrong' : 'a token is required';
    throw new RequestError('unauthorized', what, 'send it as: Authorization: Bearer TOKEN', {
      'www-authenticate': 'Bearer',
    });
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The scheme's name is in any case (RFC 9110, 11.1). */
const bearerOf = (headers: Headers): string =>
  /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';

const hostnameOf = (host: string): string =>
  URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';

const isAddress = (hostname: string): boolean => /^\d+(\.\d+){3}$/.test(hostname) || hostname.startsWith('[');

const isOurs = (hostname: string, hostNames: readonly string[]): boolean =>
  isLoopback(hostname) || isAddress(hostname) || hostNames.includes(hostname);
