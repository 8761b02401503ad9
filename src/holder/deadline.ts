import type { WactlError } from '../errors.ts';
import type { Clock } from '../session/clock.ts';

/** A signal that is aborted when `parent` is, or with `late()` once the time is up; `end` stops the waiting. */
export type Deadline = { readonly signal: AbortSignal; end(): void };

/** Without `timeoutMs` the parent alone decides. */
export function startDeadline(
  clock: Clock,
  parent: AbortSignal,
  timeoutMs: number | undefined,
  late: () => WactlError,
): Deadline {
  if (timeoutMs === undefined) return { signal: parent, end: () => undefined };
  const ended = new AbortController();
  const expired = new AbortController();
  clock.sleep(timeoutMs, ended.signal).then(
    () => expired.abort(late()),
    () => undefined,
  );
  return { signal: AbortSignal.any([parent, expired.signal]), end: () => ended.abort() };
}
