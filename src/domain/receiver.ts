import type { AttemptOutcome, Receiver } from './delivery.ts';

/**
 * How long an event is tried. Only the waits between failed attempts count, each as long as it was planned, and only
 * those that have passed since the event was appended. No times of day are compared: a clock that jumps, a machine that
 * sleeps and hours without a process spend none of it.
 */
export const patienceMs = 24 * 3_600_000;

/**
 * How long an event is tried when the receiver has answered all that time as if it were not there (404): long enough for a
 * wrong deploy to be noticed and undone.
 */
export const absentPatienceMs = 3_600_000;

/** How long events are tried, by what the receiver has answered lately. */
export const patienceOf = ({ absentMs }: Receiver): number =>
  absentMs !== null && absentMs >= absentPatienceMs ? absentPatienceMs : patienceMs;

/** A receiver that was never tried. */
export const untriedReceiver: Receiver = {
  url: null,
  failures: 0,
  failingSince: null,
  failedMs: 0,
  absentMs: null,
  nextAttemptAt: null,
  waitMs: 0,
  turnedOffAt: null,
  dropped: 0,
};

/** Whether this very address has said that it wants nothing more. */
export const isTurnedOff = (receiver: Receiver, url: string): boolean =>
  receiver.turnedOffAt !== null && receiver.url === url;

/** The receiver if it is the one at `url`; the state of another address does not apply. */
export const receiverAt = (receiver: Receiver, url: string): Receiver =>
  receiver.url === url ? receiver : workingReceiver(receiver, url);

/** Whether the time has come. A time further ahead than was planned came from a wrong clock. */
export function isDue({ nextAttemptAt, waitMs }: Receiver, now: Date): boolean {
  const leftMs = nextAttemptAt ? nextAttemptAt.getTime() - now.getTime() : 0;
  return leftMs <= 0 || leftMs > waitMs;
}

/** The receiver after an answer that shows it to be alive. */
export const workingReceiver = (receiver: Receiver, url: string): Receiver => ({
  ...untriedReceiver,
  url,
  dropped: receiver.dropped,
});

/** The receiver after an attempt. */
export function receiverAfter(before: Receiver, outcome: AttemptOutcome, now: Date): Receiver {
  const receiver = receiverAt(before, outcome.url);
  switch (outcome.kind) {
    case 'delivered':
    case 'refused':
      return workingReceiver(receiver, outcome.url);
    case 'retry': {
      const waitedMs = receiver.nextAttemptAt ? receiver.waitMs : 0;
      return {
        ...receiver,
        failures: receiver.failures + 1,
        failingSince: receiver.failingSince ?? now,
        failedMs: receiver.failedMs + waitedMs,
        absentMs: outcome.isAbsent ? (receiver.absentMs === null ? 0 : receiver.absentMs + waitedMs) : null,
        nextAttemptAt: new Date(now.getTime() + outcome.waitMs),
        waitMs: outcome.waitMs,
        turnedOffAt: null,
      };
    }
    case 'gone':
      return { ...workingReceiver(receiver, outcome.url), turnedOffAt: now };
  }
}
