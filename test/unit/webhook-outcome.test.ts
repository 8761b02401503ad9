import { describe, expect, it } from 'vitest';
import { isDue, untriedReceiver } from '../../src/domain/receiver.ts';
import { outcomeOf } from '../../src/webhooks/outcome.ts';
import type { Answer } from '../../src/webhooks/post.ts';
import { retryAfterMs } from '../../src/webhooks/retry-after.ts';
import type { Receiver } from '../../src/domain/delivery.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const url = 'https://example.com/hook';
const hourMs = 3_600_000;

const status = (code: number, retryAfter: string | null = null): Answer => ({
  kind: 'status',
  status: code,
  retryAfter,
});
const outcome = (answer: Answer, random = 0, receiver: Partial<Receiver> = {}) =>
  outcomeOf(answer, { url, receiver: { ...untriedReceiver, url, ...receiver }, now, random });
const delayMs = (answer: Answer, random: number, failures = 0): number => {
  const result = outcome(answer, random, { failures });
  if (result.kind !== 'retry') throw new Error(result.kind);
  return result.waitMs;
};

describe('what follows from an answer', () => {
  it.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [299, 'delivered'],
    [301, 'retry'],
    [302, 'retry'],
    [304, 'retry'],
    [400, 'refused'],
    [401, 'retry'],
    [403, 'retry'],
    [404, 'retry'],
    [405, 'retry'],
    [406, 'refused'],
    [408, 'retry'],
    [409, 'refused'],
    [410, 'gone'],
    [421, 'retry'],
    [422, 'refused'],
    [425, 'retry'],
    [429, 'retry'],
    [499, 'refused'],
    [500, 'retry'],
    [501, 'retry'],
    [503, 'retry'],
    [599, 'retry'],
  ])('%i: %s', (code, kind) => {
    expect(outcome(status(code)).kind).toBe(kind);
  });

  it('of a server with no such address is told apart from an outage', () => {
    const isAbsent = (code: number): unknown =>
      (outcome(status(code)) as { isAbsent?: boolean }).isAbsent ?? false;
    expect([401, 403, 404, 405, 421].map(isAbsent)).toEqual([true, true, true, true, true]);
    expect([302, 408, 429, 500, 503].map(isAbsent)).toEqual([false, false, false, false, false]);
  });

  it.each<[Answer, string]>([
    [status(500), 'the receiver answered 500'],
    [status(308), 'the receiver answered 308, a redirect, which is not followed'],
    [status(404), 'the receiver answered 404'],
    [status(410), 'the receiver answered 410: it wants no more events'],
    [
      { kind: 'none', why: 'the receiver cannot be reached (ECONNREFUSED)' },
      'the receiver cannot be reached (ECONNREFUSED)',
    ],
  ])('says why: %o', (answer, error) => {
    expect(outcome(answer)).toMatchObject({ error });
  });
});

describe('the wait', () => {
  const down: Answer = { kind: 'none', why: 'down' };

  it.each([
    [0, 2_000],
    [1, 4_000],
    [5, 64_000],
    [10, 2_048_000],
    [11, hourMs],
    [2_000, hourMs],
  ])('after %i failures is anything up to %i ms', (failures, ceilingMs) => {
    expect(delayMs(down, 0, failures)).toBe(0);
    expect(delayMs(down, 0.5, failures)).toBe(ceilingMs / 2);
    const most = delayMs(down, 1 - Number.EPSILON, failures);
    expect(most).toBeGreaterThanOrEqual(ceilingMs - 2);
    expect(most).toBeLessThan(ceilingMs);
  });

  it.each([
    [429, '120', 120_000],
    [503, '120', 120_000],
    [503, new Date(now.getTime() + 90_000).toUTCString(), 90_000],
    [500, '120', 0],
    [503, 'soon', 0],
  ])('%i with Retry-After %s is at least %i ms, and the jitter', (code, header, leastMs) => {
    expect(delayMs(status(code, header), 0)).toBe(leastMs);
    expect(delayMs(status(code, header), 0.5)).toBe(leastMs + 1_000);
  });

  it.each([
    [null, 0],
    ['', 0],
    ['0', 0],
    [' 7 ', 7_000],
    ['-7', 0],
    ['1.5', 0],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['Sun, 01 Mar 2026 12:00:09 GMT', 9_000],
    ['999999999', 24 * hourMs],
  ])('Retry-After %o: %i ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});

describe('the next attempt', () => {
  const planned = { ...untriedReceiver, url, waitMs: 5_000 };
  it.each([
    ['no wait', null, true],
    ['a wait that is over', -1, true],
    ['a wait that ends now', 0, true],
    ['a wait', 1, false],
    ['the whole wait', 5_000, false],
    ['more than was planned: the clock was wrong', 5_001, true],
    ['a day more', 24 * hourMs, true],
  ])('after %s (%o ms) is due: %s', (_, leftMs, due) => {
    const nextAttemptAt = leftMs === null ? null : new Date(now.getTime() + leftMs);
    expect(isDue({ ...planned, nextAttemptAt }, now)).toBe(due);
  });
});
