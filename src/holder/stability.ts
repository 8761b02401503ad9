import type { HolderParts } from './parts.ts';

/** A login that lasted this long was a good one: the retries spent before it are forgiven. */
const stableAfterMs = 60_000;

/** Watches a login; `end` says whether it has lasted. */
export type Stability = { end(): Promise<boolean> };

/** Calls `onStable` at the moment the login has lasted; `end` waits for it, and throws what it threw. */
export function startStability({ clock }: HolderParts, onStable: () => Promise<void>): Stability {
  const ended = new AbortController();
  const lasted = clock.sleep(stableAfterMs, ended.signal).then(
    async () => {
      await onStable();
      return true;
    },
    () => false,
  );
  // Told at the end; until then nobody waits for it.
  lasted.catch(() => undefined);
  return {
    end() {
      ended.abort();
      return lasted;
    },
  };
}
