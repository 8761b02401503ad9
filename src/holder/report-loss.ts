import { LeaseLostError } from '../errors.ts';
import type { EventSink, HeldSessions } from '../ports/store.ts';

/** The same, which also calls `onLost` for each write that is refused because the session is another process's. */
export function reportLoss(held: HeldSessions & EventSink, onLost: () => void): HeldSessions & EventSink {
  const reporting = async <T>(written: Promise<T>): Promise<T> => {
    try {
      return await written;
    } catch (error) {
      if (error instanceof LeaseLostError) onLost();
      throw error;
    }
  };
  return {
    get: (...args) => held.get(...args),
    readCreds: (...args) => held.readCreds(...args),
    readKeys: (...args) => held.readKeys(...args),
    update: (...args) => reporting(held.update(...args)),
    recordLogin: (...args) => reporting(held.recordLogin(...args)),
    write: (...args) => reporting(held.write(...args)),
    commitPairing: (...args) => reporting(held.commitPairing(...args)),
    erase: (...args) => reporting(held.erase(...args)),
    append: (...args) => reporting(held.append(...args)),
  };
}
