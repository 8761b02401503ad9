import type { HolderParts } from './parts.ts';

/** A login that lasted this long was a good one: the retries spent before it are forgiven. */
const stableAfterMs = 60_000;

/** Watches a login; `end` says whether it has lasted. */
export type Stability = { end(): Promise<boolean> };

/** Calls `onStable` at the moment the login has lasted. When that fails, it has lasted all the same; `end` waits for it. */
export function startStability({ clock }: HolderParts, onStable: () => Promise<void>): Stability {
  const ended = new AbortController();
  const lasted = clock.sleep(stableAfterMs, ended.signal).then(
    () =>
      onStable().then(
        () => true,
        () => true,
      ),
    () => false,
  );
  return {
    end() {
      ended.abort();
      return lasted;
    },
  };
}
