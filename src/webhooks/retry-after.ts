/** However long a receiver asks to be left alone. */
const longestRetryAfterMs = 24 * 3_600_000;

/** How long a Retry-After header (RFC 9110, 10.2.3: seconds or a date) asks to wait, at most a day; 0 without sense. */
export function retryAfterMs(header: string | null, now: Date): number {
  const text = header?.trim() ?? '';
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(waitMs) ? 0 : Math.min(longestRetryAfterMs, Math.max(0, waitMs));
}
