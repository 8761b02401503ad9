import type { Clock } from '../ports/clock.ts';

/** Asks at most once in this time, however often it is called; a failure is not remembered. */
export function remembered<T>(
  clock: Pick<Clock, 'now'>,
  forMs: number,
  ask: () => Promise<T>,
): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let until = 0;
  return () => {
    const now = clock.now().getTime();
    if (answer && now < until) return answer;
    until = now + forMs;
    const asked = ask();
    asked.catch(() => {
      if (answer === asked) answer = undefined;
    });
    return (answer = asked);
  };
}
