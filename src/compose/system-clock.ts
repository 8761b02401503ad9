import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** The machine's own. */
export const systemClock: Clock = {
  now: () => new Date(),
  random: () => Math.random(),
  sleep: (delayMs, signal) =>
    setTimeout(delayMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted()),
};
