const tickMs = 250;

/**
 * Calls `tick` at once and then often, with the whole seconds that each of the times still has, until the first of them has
 * none; then `over`. By a clock that nobody sets. Call the result to stop.
 */
export function countDown(
  timesMs: readonly number[],
  tick: (secondsLeft: readonly number[]) => void,
  over: () => void,
): () => void {
  const start = performance.now();
  const look = (): void => {
    const passed = performance.now() - start;
    const left = timesMs.map((ms) => Math.ceil((ms - passed) / 1000));
    if ((left[0] ?? 0) > 0) return tick(left);
    clearInterval(ticking);
    over();
  };
  const ticking = setInterval(look, tickMs);
  look();
  return () => clearInterval(ticking);
}

/** "45 s left", "2 min left" */
export const roughly = (seconds: number): string =>
  seconds < 90 ? `${String(seconds)} s left` : `${String(Math.round(seconds / 60))} min left`;
