import { setImmediate } from 'node:timers';

/** Pieces of about a millisecond each. */
const defaultPieces = 8;

/**
 * Spreads work over turns of the event loop, so that whatever else the process does waits for a few pieces of it, not for
 * all: at most so many run in one turn, over the whole process; the others in later turns, in the order in which they came.
 */
export class Turns {
  readonly #most: number;
  /** How many have run in this turn; undefined while nothing comes. */
  #run: number | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(mostInOne = defaultPieces) {
    this.#most = mostInOne;
  }

  /** Calls `work` at once, when this turn has room and nothing waits. */
  take(work: () => void): void {
    if (this.#waiting.length > 0 || (this.#run ?? 0) >= this.#most) {
      this.#waiting.push(work);
      return;
    }
    if (this.#run === undefined) this.#plan();
    this.#run = (this.#run ?? 0) + 1;
    work();
  }

  /** Resolves when the next piece of work may begin. */
  next(): Promise<void> {
    return new Promise((resolve) => this.take(resolve));
  }

  #plan(): void {
    setImmediate(() => this.#begin());
  }

  #begin(): void {
    this.#run = this.#waiting.length === 0 ? undefined : 0;
    if (this.#run === undefined) return;
    // First, so that work that throws delays the rest and does not end it.
    this.#plan();
    while (this.#run < this.#most && this.#waiting.length > 0) {
      this.#run += 1;
      this.#waiting.shift()?.();
    }
  }
}
