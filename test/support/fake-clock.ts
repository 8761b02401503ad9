import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/ports/clock.ts';

type Timer = { at: number; readonly wake: () => void };

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  /** What `random()` gives. */
  chance = 0;
  #nowMs: number;
  #timers: Timer[] = [];

  constructor(start = '2026-03-01T12:00:00.000Z') {
    this.#nowMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  random(): number {
    return this.chance;
  }

  /** How long each sleeper still sleeps, soonest first. */
  get sleeping(): number[] {
    return this.#timers.map(({ at }) => at - this.#nowMs).sort((a, b) => a - b);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const rejected = (): void => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', rejected);
        resolve();
      };
      const timer: Timer = { at: this.#nowMs + delayMs, wake };
      if (signal?.aborted) return rejected();
      signal?.addEventListener('abort', rejected, { once: true });
      this.#timers.push(timer);
    });
  }

  /** The machine sleeps: time passes, but timers do not. */
  jump(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.#timers) timer.at += ms;
  }

  /** Moves time forward, waking each sleeper at its moment and letting all consequences happen. */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    await settled();
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#nowMs = due.at;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      due.wake();
      await settled();
    }
    this.#nowMs = until;
  }
}

/** Resolves when everything that needs neither a timer nor the network has happened. */
export async function settled(): Promise<void> {
  await setImmediate();
}
