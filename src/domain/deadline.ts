import type { WactlError } from '../errors.ts';
import { joinSignals } from './join-signals.ts';

/** A signal that is aborted when `parent` is, or with `late()` once the time is up. */
export type Deadline = {
  readonly signal: AbortSignal;
  /** Removes the limit; the parent still aborts the signal. */
  lift(): void;
  /** Nothing aborts it any more. */
  end(): void;
};

/** The clock: resolves after `delayMs`, rejects if the signal is aborted first. */
type Sleeper = { sleep(delayMs: number, signal: AbortSignal): Promise<void> };

/** Without `timeoutMs` the parent alone decides. */
export function startDeadline(
  clock: Sleeper,
  parent: AbortSignal,
  timeoutMs: number | undefined,
  late: () => WactlError,
): Deadline {
  if (timeoutMs === undefined) return { signal: parent, lift: () => undefined, end: () => undefined };
  const lifted = new AbortController();
  const expired = new AbortController();
  clock.sleep(timeoutMs, lifted.signal).then(
    () => expired.abort(late()),
    () => undefined,
  );
  const { signal, end } = joinSignals(parent, expired.signal);
  return {
    signal,
    lift: () => lifted.abort(),
    end() {
      lifted.abort();
      end();
    },
  };
}
