import type { AttemptOutcome, Receiver } from './outbox.ts';

/** The receiver of a session whose webhook was never tried. */
export const untriedReceiver: Receiver = {
  url: null,
  failures: 0,
  failingSince: null,
  nextAttemptAt: null,
  turnedOffAt: null,
  dropped: 0,
};

/** Whether this very address has said that it wants nothing more. */
export const isTurnedOff = (receiver: Receiver, url: string): boolean =>
  receiver.turnedOffAt !== null && receiver.url === url;

/** The receiver as far as it concerns `url`: what is known of another address says nothing. */
export const receiverAt = (receiver: Receiver, url: string): Receiver =>
  receiver.url === url ? receiver : workingReceiver(receiver, url);

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
    case 'retry':
      return {
        ...receiver,
        failures: receiver.failures + 1,
        failingSince: receiver.failingSince ?? now,
        nextAttemptAt: outcome.nextAttemptAt,
        turnedOffAt: null,
      };
    case 'gone':
      return { ...workingReceiver(receiver, outcome.url), turnedOffAt: now };
  }
}
