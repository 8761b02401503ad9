import type { HolderParts } from './parts.ts';

/** A login that lasts this long refills the retries. */
const stableAfterMs = 60_000;

/** Watches a login; `end` resolves to whether it lasted long enough. */
export type Stability = { end(): Promise<boolean> };

/**
 * Calls `onStable` once the login has lasted long enough. A failing `onStable` does not change that; `end` waits for
 * it.
 */
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
