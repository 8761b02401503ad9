import { Slots } from '../domain/slots.ts';
import type { Clock } from '../ports/clock.ts';

const longestJitterMs = 250;

/** Limits how many sessions connect at once: a thousand logins in one second would look like an attack. */
export class ConnectGate {
  readonly #clock: Clock;
  readonly #slots: Slots;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#slots = new Slots(limit);
  }

  /** From now on so many connect at once. */
  limit(count: number): void {
    this.#slots.resize(count);
  }

  /**
   * Waits for a turn; a caller that had to queue waits a random moment longer. Call the result once to end the turn.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    const { hasQueued, leave } = await this.#slots.enter(signal);
    if (!hasQueued) return leave;
    try {
      await this.#clock.sleep(Math.floor(this.#clock.random() * longestJitterMs), signal);
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }
}
