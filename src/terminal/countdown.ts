import type { Clock } from '../ports/clock.ts';

/** Whole seconds from now on, counted so that "1" is the last before the end; 0 when it is over. */
export const secondsLeft = (expiresAt: Date, now: Date): number =>
  Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / 1000));

/** Calls `onSecond` whenever `secondsLeft` has changed, with 0 as the last, unless the signal is aborted before. */
export async function countDown(
  clock: Clock,
  expiresAt: Date,
  signal: AbortSignal,
  onSecond: () => void,
): Promise<void> {
  while (!signal.aborted) {
    const leftMs = expiresAt.getTime() - clock.now().getTime();
    if (leftMs <= 0) return;
    try {
      await clock.sleep(leftMs % 1000 || 1000, signal);
    } catch {
      return;
    }
    onSecond();
  }
}
