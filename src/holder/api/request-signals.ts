/** The signals of one request. What hangs on them goes with it, which is not so of AbortSignal.any on a signal that lives for months (Node 20). */
export type RequestSignals = {
  /** Aborted when the process is about to end. */
  readonly signal: AbortSignal;
  /** Aborted then, and when whoever asked has gone. */
  readonly asked: AbortSignal;
  /** The request is answered. */
  end(): void;
};

export function requestSignals(stopping: AbortSignal, gone: AbortSignal): RequestSignals {
  const [all, asked] = [new AbortController(), new AbortController()];
  const stop = (): void => {
    all.abort(stopping.reason);
    asked.abort(stopping.reason);
  };
  const leave = (): void => asked.abort(gone.reason);
  stopping.addEventListener('abort', stop, { once: true });
  gone.addEventListener('abort', leave, { once: true });
  if (gone.aborted) leave();
  if (stopping.aborted) stop();
  return {
    signal: all.signal,
    asked: asked.signal,
    end() {
      stopping.removeEventListener('abort', stop);
      gone.removeEventListener('abort', leave);
    },
  };
}
