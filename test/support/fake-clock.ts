import type { Clock } from '../../src/session/clock.ts';

type Sleeper = { readonly wakesAt: number; readonly wake: () => void };

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];

  constructor(start = '2026-01-02T03:04:05.000Z') {
    this.#nowMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  random(): number {
    return 0.5;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const sleeper = { wakesAt: this.#nowMs + delayMs, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  /** How many wait for their time to come. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Moves on, waking each sleeper at its own moment and letting what follows from that happen first. */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    for (;;) {
      const next = this.#sleepers
        .filter(({ wakesAt }) => wakesAt <= until)
        .sort((a, b) => a.wakesAt - b.wakesAt)
        .at(0);
      if (next === undefined) break;
      this.#nowMs = next.wakesAt;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      next.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#nowMs = until;
  }
}
