import { expect, test } from 'vitest';
import { localTime } from '../../src/domain/local-time.ts';

test('a moment is shown by the clock and the calendar here', () => {
  expect(localTime(new Date(2026, 0, 2, 3, 4, 59))).toBe('2026-01-02 03:04');
  expect(localTime(new Date(2026, 10, 22, 17, 42))).toBe('2026-11-22 17:42');
});
