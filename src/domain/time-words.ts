const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/**
 * How long ago (or how far ahead) a moment is, in English whatever the locale: "3 minutes ago", "in 2 days", "just now".
 * Intl.RelativeTimeFormat says the same, but its first use takes half as long as Node takes to start.
 */
export function timeAgo(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const unit = units.find(([, length]) => Math.abs(seconds) >= length);
  if (unit === undefined) return 'just now';
  const [name, length] = unit;
  const count = Math.trunc(Math.abs(seconds) / length);
  const words = `${count} ${name}${count === 1 ? '' : 's'}`;
  return seconds < 0 ? `${words} ago` : `in ${words}`;
}
