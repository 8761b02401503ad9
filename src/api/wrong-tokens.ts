import { isIPv6 } from 'node:net';
import type { Clock } from '../ports/clock.ts';
import { RequestError } from './request-error.ts';

/** So many mistakes are anybody's. */
const freeMistakes = 10;
const firstDelayMs = 100;
const longestDelayMs = 2_000;
/** An address that made no mistake for so long is like any other again. */
const forgottenAfterMs = 60_000;
const mostAddresses = 1_000;
/** Slow answers under way for one address. */
const mostWaiting = 8;
/** Nobody guesses a random token of so many characters. Every token that wactl makes has more. */
const guessableBelow = 40;

type Mistakes = { count: number; lastAt: number; waiting: number };

/**
 * Slows down who tries tokens: the answers to wrong ones of an address come ever later, and while many of them are on their way,
 * a further token that is short enough to be guessed is not even looked at. A longer one always is: clients behind one
 * proxy share its address, and a client with a right token must not wait for another one's mistakes.
 */
export class WrongTokens {
  readonly #clock: Clock;
  /** By address, the latest mistake last. */
  readonly #mistakes = new Map<string, Mistakes>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws RequestError (`too_many_requests`). */
  assertMayTry(address: string | undefined, token: string): void {
    const { waiting = 0 } = this.#mistakes.get(keyOf(address)) ?? {};
    if (waiting < mostWaiting || token.length >= guessableBelow) return;
    throw tooMany();
  }

  /** Counts a wrong token, and resolves when its answer may be given. Throws RequestError (`too_many_requests`). */
  async slowDown(address: string | undefined): Promise<void> {
    const one = this.#count(keyOf(address));
    const delayMs =
      one.count <= freeMistakes
        ? 0
        : Math.min(longestDelayMs, firstDelayMs * 2 ** (one.count - freeMistakes - 1));
    if (delayMs === 0) return;
    if (one.waiting >= mostWaiting) throw tooMany();
    one.waiting++;
    try {
      await this.#clock.sleep(delayMs);
    } finally {
      one.waiting--;
    }
  }

  #count(key: string): Mistakes {
    const now = this.#clock.now().getTime();
    const known = this.#mistakes.get(key);
    const isOver = known && Math.abs(now - known.lastAt) >= forgottenAfterMs && known.waiting === 0;
    const one: Mistakes = known && !isOver ? known : { count: 0, lastAt: now, waiting: 0 };
    one.count++;
    one.lastAt = now;
    this.#mistakes.delete(key);
    this.#mistakes.set(key, one);
    const [oldest] = this.#mistakes.keys();
    if (this.#mistakes.size > mostAddresses && oldest !== undefined) this.#mistakes.delete(oldest);
    return one;
  }
}

const tooMany = (): RequestError =>
  new RequestError('too_many_requests', 'too many wrong tokens came from this address', 'try again later', {
    'retry-after': '2',
  });

/** Of IPv6 the half that a network is given: one machine has as many of the others as it wants. */
function keyOf(address = ''): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  return [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...rest].slice(0, 4).join(':');
}
