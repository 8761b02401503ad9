import type { Close } from '../domain/close.ts';
import type { HolderParts } from './parts.ts';

/** How old the stored time may be at most: every write waits for the disk, and pings come twice a minute. */
const writeEveryMs = 10 * 60_000;

/** Stores now and then when anything last came from WhatsApp, until the connection has closed. Throws nothing. */
export async function keepSeen(
  { store, clock }: Pick<HolderParts, 'store' | 'clock'>,
  id: string,
  connection: { readonly lastHeardAt: Date | null; readonly closed: Promise<Close> },
): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  connection.closed.then(end, end);
  let written = clock.now();
  while (!over.signal.aborted) {
    // Spread, because an outage brings many sessions back at once.
    const waitMs = Math.ceil(writeEveryMs * (0.5 + clock.random() / 2));
    await clock.sleep(waitMs, over.signal).catch(() => undefined);
    const { lastHeardAt } = connection;
    if (over.signal.aborted || !lastHeardAt || lastHeardAt <= written) continue;
    await store.update(id, { lastSeenAt: lastHeardAt }).then(
      () => (written = lastHeardAt),
      () => undefined,
    );
  }
}
