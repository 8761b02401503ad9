import type { Clock } from '../ports/clock.ts';

/** How often the watchdog wants a sign of life: twice in its time (sd_watchdog_enabled(3)). Undefined without one. */
export function watchdogInterval(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | undefined {
  const micros = Number(env['WATCHDOG_USEC']);
  const isMeant = env['WATCHDOG_PID'] === undefined || env['WATCHDOG_PID'] === String(pid);
  return isMeant && Number.isFinite(micros) && micros > 0 ? Math.floor(micros / 2_000) : undefined;
}

export type WatchdogParts = {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Rejects, or never answers, when this process is no longer worth keeping. */
  readonly check: () => Promise<void>;
  readonly tell: () => Promise<void>;
  readonly warn: (sentence: string) => void;
  readonly signal: AbortSignal;
};

/**
 * Gives signs of life until the signal, as long as the check passes. One that never answers gives none, and neither does an event
 * loop that stands still: then the service manager restarts the service.
 */
export async function watchOver(parts: WatchdogParts): Promise<void> {
  const { clock, intervalMs, check, tell, warn, signal } = parts;
  let isFailing = false;
  while (!signal.aborted) {
    const next = clock.sleep(intervalMs, signal).catch(() => undefined);
    const failure = await Promise.race([check().then(nothing, whyOf), next.then(() => 'no answer in time')]);
    if (failure === undefined) void tell();
    else if (!isFailing && !signal.aborted) warn(`no sign of life for the watchdog: ${failure}`);
    isFailing = failure !== undefined;
    await next;
  }
}

const nothing = (): undefined => undefined;
const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
