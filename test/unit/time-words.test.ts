import { expect, it } from 'vitest';
import { timeAgo } from '../../src/domain/time-words.ts';

const now = new Date('2026-05-01T12:00:00Z');

it.each([
  [0, 'just now'],
  [-59, 'just now'],
  [-60, '1 minute ago'],
  [-3_599, '59 minutes ago'],
  [-3_600, '1 hour ago'],
  [-86_400, '1 day ago'],
  [-29 * 86_400, '29 days ago'],
  [-45 * 86_400, '1 month ago'],
  [-800 * 86_400, '2 years ago'],
  [30, 'just now'],
  [125, 'in 2 minutes'],
])('%i seconds from now is %j', (seconds, words) => {
  expect(timeAgo(new Date(now.getTime() + seconds * 1000), now)).toBe(words);
});

it('the words are those of Intl.RelativeTimeFormat', () => {
  const format = new Intl.RelativeTimeFormat('en');
  const lengths = { year: 365 * 86_400, month: 30 * 86_400, day: 86_400, hour: 3_600, minute: 60 };
  for (const [unit, length] of Object.entries(lengths)) {
    for (const count of [-1.5, -1, 1, 1.2]) {
      const at = new Date(now.getTime() + count * length * 1000);
      const words = format.format(Math.trunc(count), unit as Intl.RelativeTimeFormatUnit);
      expect(timeAgo(at, now)).toBe(words);
    }
  }
});
