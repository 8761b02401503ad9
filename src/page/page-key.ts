import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** 128 bits: nobody guesses them, and the address stays short enough for a line. */
const secretBytes = 16;
const cookieName = 'wactl-page';

const newSecret = (): string => randomBytes(secretBytes).toString('base64url');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Both sides hashed: equal lengths, and nothing to be learnt from the time it takes. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

const cookieOf = ({ cookie = '' }: IncomingHttpHeaders): string =>
  cookie
    .split(/; */)
    .find((pair) => pair.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1) ?? '';

/**
 * The key of a page: an address that nobody can guess, and that lets in the browser which opens it first. That browser gets
 * a cookie, which it sends to this address alone, not to other programs that listen on this machine.
 */
export class PageKey {
  readonly #path = `/${newSecret()}`;
  readonly #cookie = newSecret();
  #isUsed = false;

  /** "/" and 22 characters. */
  get path(): string {
    return this.#path;
  }

  /** The header that makes a browser the owner. */
  get setCookie(): string {
    return `${cookieName}=${this.#cookie}; Path=${this.#path}; HttpOnly; SameSite=Strict`;
  }

  /** What is asked for below the address: '' for the page itself; undefined when the address is another. */
  below(url: string): string | undefined {
    const [path = ''] = url.split('?');
    if (!isSame(path.slice(0, this.#path.length), this.#path)) return undefined;
    return path.slice(this.#path.length);
  }

  /** Whether the browser has opened the page before. */
  isOwner(headers: IncomingHttpHeaders): boolean {
    return isSame(cookieOf(headers), this.#cookie);
  }

  /** True for the first call, after which the address alone opens nothing. */
  use(): boolean {
    const isFirst = !this.#isUsed;
    this.#isUsed = true;
    return isFirst;
  }
}
