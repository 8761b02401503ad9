import { setTimeout } from 'node:timers/promises';
import { PassingError, UnknownOutcomeError } from './database-error.ts';

/** How long work waits for a server that is away for a while. */
export const usualPatienceMs = 5_000;
const [firstPauseMs, longestPauseMs] = [20, 500];

/** Does the work again, for so long, when it fails for what may pass; not when it may be done already. */
export async function patiently<T>(patienceMs: number, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!mayGoBetter(error) || performance.now() + pauseMs > until) throw error;
      await setTimeout(pauseMs);
    }
  }
}

const mayGoBetter = (error: unknown): boolean =>
  error instanceof PassingError && !(error instanceof UnknownOutcomeError);
