import type { Clock } from '../ports/clock.ts';

const longestJitterMs = 250;

/** Limits how many sessions connect at once: a thousand logins in one second would look like an attack. */
export class ConnectGate {
  readonly #clock: Clock;
  readonly #limit: number;
  #inside = 0;
  readonly #queue = new Set<() => void>();

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /**
   * Waits for a turn; a caller that had to queue waits a random moment longer. Call the result once to end the turn.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#inside < this.#limit) {
      this.#inside += 1;
      return this.#exit();
    }
    await this.#turn(signal);
    const leave = this.#exit();
    try {
      await this.#clock.sleep(Math.floor(this.#clock.random() * longestJitterMs), signal);
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Resolves when another caller hands its place over. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const come = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#queue.delete(come);
        reject(signal.reason as Error);
      };
      this.#queue.add(come);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #exit(): () => void {
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      const [next] = this.#queue;
      if (!next) return void (this.#inside -= 1);
      this.#queue.delete(next);
      next();
    };
  }
}
