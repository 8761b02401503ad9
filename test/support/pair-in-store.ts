import type { CredentialChange, SessionStore } from '../../src/ports/store.ts';
import type { Identity, Session } from '../../src/domain/session.ts';

const someCredentials = { creds: Buffer.from('creds'), keys: [] };

/** Pairs a session as a proven pairing and its first login do. */
export async function pairInStore(
  store: SessionStore,
  id: string,
  identity: Identity,
  credentials: Required<CredentialChange> = someCredentials,
): Promise<Session> {
  await store.commitPairing(id, credentials);
  return store.recordLogin(id, identity);
}
