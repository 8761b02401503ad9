import { expect, it } from 'vitest';
import type { CloseReason } from '../../src/domain/close.ts';
import { nextStep } from '../../src/domain/reconnect.ts';
import type { NextStep } from '../../src/domain/reconnect.ts';

const stop: NextStep = { do: 'stop', usedUp: false };
const usedUp: NextStep = { do: 'stop', usedUp: true };
const again = (delayMs: number, retries: number): NextStep => ({ do: 'reconnect', delayMs, retries });

// reason, retries spent, retries allowed, version refreshed, random, what follows
it.each<[CloseReason, number, number, boolean, number, NextStep]>([
  ['connection_lost', 0, 10, false, 0, again(250, 1)],
  ['connection_lost', 0, 10, false, 0.999, again(749, 1)],
  ['connection_lost', 1, 10, false, 0.999, again(1_499, 2)],
  ['connection_lost', 5, 10, false, 0.999, again(23_984, 6)],
  ['connection_lost', 6, 10, false, 0, again(15_000, 7)],
  ['connection_lost', 6, 10, false, 0.999, again(44_970, 7)],
  ['connection_lost', 9, 10, false, 0.999, again(44_970, 10)],
  ['connection_lost', 2_000, 10_000, false, 0.999, again(44_970, 2_001)],
  ['connection_lost', 9, 10, false, 0.5, again(30_000, 10)],
  ['connection_lost', 10, 10, false, 0.5, usedUp],
  ['connection_lost', 11, 10, false, 0.5, usedUp],
  ['connection_lost', 0, 0, false, 0.5, usedUp],
  ['unreachable', 0, 1, false, 0.5, again(500, 1)],
  ['proxy_failed', 0, 1, false, 0.5, again(500, 1)],
  ['restart_required', 4, 10, false, 0.999, again(0, 4)],
  ['restart_required', 10, 10, false, 0.999, again(0, 10)],
  ['outdated', 0, 10, false, 0.5, { do: 'refresh_version' }],
  ['outdated', 10, 10, false, 0.5, { do: 'refresh_version' }],
  ['outdated', 0, 10, true, 0.5, stop],
  ['logged_out', 0, 10, false, 0.5, stop],
  ['replaced', 0, 10, false, 0.5, stop],
  ['banned', 0, 10, false, 0.5, stop],
  ['multidevice_mismatch', 0, 10, false, 0.5, stop],
  ['ended_here', 0, 10, false, 0.5, stop],
])(
  '%s after %i of %i, refreshed %s, random %d',
  (reason, retries, maxRetries, versionRefreshed, random, step) => {
    expect(nextStep(reason, { retries, maxRetries, versionRefreshed, freeTaken: false }, random)).toEqual(
      step,
    );
  },
);

it('counts a free reconnect when there was one already since the last good login', () => {
  const state = { retries: 2, maxRetries: 3, versionRefreshed: false, freeTaken: true };
  expect(nextStep('restart_required', state, 0.5)).toEqual({ do: 'reconnect', delayMs: 2_000, retries: 3 });
  expect(nextStep('restart_required', { ...state, retries: 3 }, 0.5)).toEqual({ do: 'stop', usedUp: true });
});

it('after an outage of 5 s the worst luck waits 12 s at most', () => {
  const state = { maxRetries: 10, versionRefreshed: false, freeTaken: false };
  const delayOf = (retries: number, random: number): number => {
    const step = nextStep('unreachable', { ...state, retries }, random);
    return step.do === 'reconnect' ? step.delayMs : 0;
  };
  const failed = [0, 1, 2, 3].map((retries) => delayOf(retries, 0));
  expect(failed.reduce((sum, delay) => sum + delay)).toBe(3_750);
  expect(delayOf(4, 0.999)).toBeLessThan(12_000);
  expect(3_750 + delayOf(4, 0)).toBeGreaterThan(5_000);
});
