import type { Clock } from '../ports/clock.ts';
import type { Line } from './line.ts';

/** How long a new device waits for the phone, which may be slow or out of reach. */
const longestMs = 10_000;

/**
 * Waits until the phone has delivered its first messages, or the time for that is up. False when the connection closed
 * earlier: WhatsApp keeps unacknowledged messages for the next login.
 */
export async function untilSynced({ connection, closed }: Line, clock: Clock): Promise<boolean> {
  const over = new AbortController();
  const late = clock.sleep(longestMs, over.signal).then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([connection.synced.then(() => true), closed.then(() => false), late]);
  } finally {
    over.abort();
  }
}
