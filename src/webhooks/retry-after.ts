/** The longest wait that a receiver can ask for. */
const longestRetryAfterMs = 24 * 3_600_000;

/**
 * How long a Retry-After header (RFC 9110, 10.2.3: seconds or a date) asks to wait, at most a day; 0 when the header is
 * invalid.
 */
export function retryAfterMs(header: string | null, now: Date): number {
  const text = header?.trim() ?? '';
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(waitMs) ? 0 : Math.min(longestRetryAfterMs, Math.max(0, waitMs));
}
