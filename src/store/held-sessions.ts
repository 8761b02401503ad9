import type { EventSink, HeldSessions, SessionStore } from '../ports/store.ts';

type Reads = Pick<SessionStore, 'get' | 'readCreds' | 'readKeys' | 'expectPairing'>;
type Writes = Omit<HeldSessions, keyof Reads>;

/** What a holder reads as anybody does, and writes under its lease. */
export const heldSessions = (
  reads: Reads,
  writes: Writes,
  append: EventSink['append'],
): HeldSessions & EventSink => ({
  get: (id) => reads.get(id),
  readCreds: (id) => reads.readCreds(id),
  readKeys: (id, type, ids) => reads.readKeys(id, type, ids),
  expectPairing: (id) => reads.expectPairing(id),
  update: (id, patch) => writes.update(id, patch),
  recordLogin: (id, identity) => writes.recordLogin(id, identity),
  write: (id, change) => writes.write(id, change),
  commitPairing: (id, credentials) => writes.commitPairing(id, credentials),
  erase: (id, status, lastClose) => writes.erase(id, status, lastClose),
  append,
});
