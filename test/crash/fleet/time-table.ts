import type { BadDay } from './bad-day.ts';

/** Of a lease that nobody has changed. */
const usualTermMs = 30_000;

/** How fast a fleet was online again, by day. */
export class TimeTable {
  readonly #termMs: number;
  readonly #days = new Map<BadDay, { rounds: number; slowestMs: number }>();

  constructor(termMs: number) {
    this.#termMs = termMs;
  }

  add(day: BadDay, backMs: number): void {
    const { rounds, slowestMs } = this.#days.get(day) ?? { rounds: 0, slowestMs: 0 };
    this.#days.set(day, { rounds: rounds + 1, slowestMs: Math.max(slowestMs, backMs) });
  }

  /** Without what the work takes that comes on top of what is stated. */
  get text(): string {
    const heading = `rounds  slowest  stated  leases of ${seconds(usualTermMs)}  since`;
    const lines = [...this.#days].map(([{ name, online }, { rounds, slowestMs }]) => {
      const [stated, usual] = [online.ms(this.#termMs), online.ms(usualTermMs)];
      const cells = [String(rounds), seconds(slowestMs), seconds(stated), seconds(usual)];
      const [count = '', slowest = '', here = '', there = ''] = cells;
      return `${count.padStart(6)}  ${slowest.padStart(7)}  ${here.padStart(6)}  ${there.padStart(16)}  ${online.since.padEnd(5)}  ${name}`;
    });
    return [heading, ...lines].join('\n');
  }
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
