import { joinSignals } from '../domain/join-signals.ts';

/** The signals of one request; their listeners are removed with it. */
export type RequestSignals = {
  /** Aborted when the process is about to end. */
  readonly signal: AbortSignal;
  /** Aborted then, and when the client has gone. */
  readonly asked: AbortSignal;
  /** The request is answered. */
  end(): void;
};

export function requestSignals(stopping: AbortSignal, gone: AbortSignal): RequestSignals {
  const all = joinSignals(stopping);
  const asked = joinSignals(stopping, gone);
  return {
    signal: all.signal,
    asked: asked.signal,
    end() {
      all.end();
      asked.end();
    },
  };
}
