/** Time, which tests can move. `random` is in [0, 1). */
export interface Clock {
  now(): Date;
  random(): number;
  /** Resolves after `delayMs`; rejects with the signal's reason when the signal is aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}
