import type { Outbox } from '../ports/outbox.ts';
import type { AttemptOutcome } from '../domain/delivery.ts';

/** The same outbox, which also reports how each delivery attempt ended. */
export const watchedOutbox = (outbox: Outbox, onAttempt: (kind: AttemptOutcome['kind']) => void): Outbox => ({
  append: (...args) => outbox.append(...args),
  next: (...args) => outbox.next(...args),
  due: () => outbox.due(),
  receiver: (...args) => outbox.receiver(...args),
  async record(sessionId, id, outcome) {
    await outbox.record(sessionId, id, outcome);
    onAttempt(outcome.kind);
  },
  turnOn: (...args) => outbox.turnOn(...args),
  retryNow: (...args) => outbox.retryNow(...args),
  list: (...args) => outbox.list(...args),
  clear: (...args) => outbox.clear(...args),
});
