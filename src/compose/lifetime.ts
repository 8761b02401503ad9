import { setMaxListeners } from 'node:events';

/** How long a process holds sessions. */
export type Lifetime = {
  /** Aborted after the signal that ends the process, once what was to be done before has been done. */
  readonly signal: AbortSignal;
  /** Takes what is to be done before; it must not take long, and must not fail. */
  readonly beforeEnd: (work: () => Promise<void>) => void;
};

export function lifetimeUntil(end: AbortSignal): Lifetime {
  const over = new AbortController();
  // Each session listens to it.
  setMaxListeners(0, over.signal);
  let before = (): Promise<void> => Promise.resolve();
  const finish = (): void => void before().finally(() => over.abort(end.reason));
  if (end.aborted) over.abort(end.reason);
  else end.addEventListener('abort', finish, { once: true });
  return { signal: over.signal, beforeEnd: (work) => (before = work) };
}
