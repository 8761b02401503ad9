import { LeaseLostError } from '../errors.ts';
import type { EventSink, HeldSessions } from '../ports/store.ts';
import { abortable } from './abortable.ts';

/**
 * The same, which also calls `onLost` for each write that is refused because the session is another process's. Once `lost` is aborted
 * no write is waited for: it would be refused, and the connection waits for it before it closes, also for a store that says nothing.
 */
export function reportLoss(
  held: HeldSessions & EventSink,
  lost: AbortSignal,
  onLost: () => void,
): HeldSessions & EventSink {
  const reporting = async <T>(written: Promise<T>): Promise<T> => {
    try {
      return await abortable(written, lost);
    } catch (error) {
      if (error instanceof LeaseLostError) onLost();
      throw error;
    }
  };
  return {
    get: (...args) => held.get(...args),
    readCreds: (...args) => held.readCreds(...args),
    readKeys: (...args) => held.readKeys(...args),
    expectPairing: (...args) => held.expectPairing(...args),
    update: (...args) => reporting(held.update(...args)),
    recordLogin: (...args) => reporting(held.recordLogin(...args)),
    write: (...args) => reporting(held.write(...args)),
    commitPairing: (...args) => reporting(held.commitPairing(...args)),
    erase: (...args) => reporting(held.erase(...args)),
    append: (...args) => reporting(held.append(...args)),
  };
}
