import type { Outbox } from '../ports/outbox.ts';
import type { DeliveryAttempt } from '../domain/delivery.ts';

/** The same outbox, which also reports how each delivery attempt ended. */
export const watchedOutbox = (outbox: Outbox, onAttempt: (attempt: DeliveryAttempt) => void): Outbox => ({
  next: (...args) => outbox.next(...args),
  due: () => outbox.due(),
  receivers: (...args) => outbox.receivers(...args),
  waiting: () => outbox.waiting(),
  receiver: (...args) => outbox.receiver(...args),
  async record(box, eventId, outcome) {
    await outbox.record(box, eventId, outcome);
    onAttempt({ ...box, eventId, outcome });
  },
  turnOn: (...args) => outbox.turnOn(...args),
  retryNow: (...args) => outbox.retryNow(...args),
  replay: (...args) => outbox.replay(...args),
  forget: () => outbox.forget(),
  list: (...args) => outbox.list(...args),
  clear: (...args) => outbox.clear(...args),
  remove: (...args) => outbox.remove(...args),
});
