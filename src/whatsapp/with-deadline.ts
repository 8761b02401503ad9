import type { CloseReason } from '../domain/close.ts';
import { Ending } from './ending.ts';

/**
 * Waits for one step of a connection. Throws the first Ending, or `late` when the time is up. A step that ends by
 * itself needs no deadline.
 */
export type WithDeadline = <T>(step: Promise<T>, deadlineMs?: number, late?: CloseReason) => Promise<T>;

/** `endings` may cut any step short: the socket's own end, or one made here. */
export const createWithDeadline =
  (endings: readonly Promise<Ending>[]): WithDeadline =>
  async (step, deadlineMs, late = 'timed_out') => {
    let timer: NodeJS.Timeout | undefined;
    const isLate = new Promise<never>((_, reject) => {
      if (deadlineMs !== undefined) timer = setTimeout(() => reject(new Ending(late)), deadlineMs);
    });
    const isOver = endings.map((ending) => ending.then((reason) => Promise.reject(reason)));
    for (const promise of [...isOver, step]) promise.catch(() => undefined);
    try {
      return await Promise.race([step, ...isOver, isLate]);
    } finally {
      clearTimeout(timer);
    }
  };

/** Resolves as `step` does, or throws the signal's reason as soon as it is aborted. */
export async function unlessAborted<T>(step: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return step;
  step.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([step, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
