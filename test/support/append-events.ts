import { randomUUID } from 'node:crypto';
import type { Box } from '../../src/domain/box.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';
import type { Leases } from '../../src/ports/leases.ts';
import type { SessionStore } from '../../src/ports/store.ts';

type Store = Pick<SessionStore, 'under'> & { readonly leases: Leases };

/** Appends events as the holder of the session does; where there is none, one takes it and lets it go. */
export async function appendEvents(
  store: Store,
  box: Box,
  url: string,
  events: readonly OutboxEvent[],
): Promise<number> {
  const { sessionId } = box;
  const leaseId = randomUUID();
  const claim = { sessionId, leaseId, pid: process.pid, socketPath: '/s', status: 'connecting' } as const;
  const current = await store.leases.acquire(claim);
  try {
    return await store.under(current.leaseId).append(box, url, events);
  } finally {
    await store.leases.release(leaseId);
  }
}
