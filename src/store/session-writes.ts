import type { Close } from '../domain/close.ts';
import { LeaseLostError, NotPairedError } from '../errors.ts';
import { loggedInSession, patchedSession, provenSession, unpairedSession } from '../domain/session-change.ts';
import type { SessionPatch } from '../domain/session-change.ts';
import type { Identity, Session, SessionStatus } from '../domain/session.ts';
import type { CredentialChange, HeldSessions } from '../ports/store.ts';
import type { CredentialTable } from './credential-table.ts';
import type { LeaseTable } from './lease-table.ts';
import type { SessionTable } from './session-table.ts';
import type { Transactions } from './transactions.ts';

export type SessionWritesParts = {
  readonly transactions: Transactions;
  readonly sessions: SessionTable;
  readonly credentials: CredentialTable;
  readonly leases: LeaseTable;
};

type Writes = Pick<HeldSessions, 'update' | 'recordLogin' | 'write' | 'commitPairing' | 'erase'>;

/** Changes of sessions, each one transaction; with a lease, only while that lease holds the session. */
export class SessionWrites implements Writes {
  readonly #parts: SessionWritesParts;
  readonly #leaseId: string | undefined;

  constructor(parts: SessionWritesParts, leaseId?: string) {
    this.#parts = parts;
    this.#leaseId = leaseId;
  }

  update(id: string, patch: SessionPatch): Promise<Session> {
    const { sessions } = this.#parts;
    return this.#write(id, (now) => sessions.save(patchedSession(sessions.needWhole(id), patch, now)));
  }

  recordLogin(id: string, identity: Identity): Promise<Session> {
    const { sessions } = this.#parts;
    return this.#write(id, (now) => sessions.save(loggedInSession(sessions.needWhole(id), identity, now)));
  }

  write(id: string, { creds, keys = [] }: CredentialChange): Promise<void> {
    const { sessions, credentials } = this.#parts;
    return this.#write(id, (now) => {
      if (!sessions.hasCredentials(id)) throw new NotPairedError(id);
      if (creds) credentials.writeCreds(id, creds, now);
      credentials.writeKeys(id, keys);
    });
  }

  commitPairing(id: string, { creds, keys }: Required<CredentialChange>): Promise<Session> {
    const { sessions, credentials } = this.#parts;
    return this.#write(id, (now) => {
      const session = provenSession(sessions.need(id), now);
      credentials.clear(id);
      credentials.writeCreds(id, creds, now);
      credentials.writeKeys(id, keys);
      return sessions.save(session);
    });
  }

  erase(id: string, status: SessionStatus, lastClose?: Close): Promise<Session> {
    const { sessions, credentials } = this.#parts;
    return this.#write(id, (now) => {
      const session = unpairedSession(sessions.need(id), status, now, lastClose);
      credentials.clear(id);
      return sessions.save(session);
    });
  }

  #write<T>(id: string, work: (now: Date) => T): Promise<T> {
    return this.#parts.transactions.write((now) => {
      this.#assertHeld(id);
      return work(now);
    });
  }

  /** Runs inside the transaction of the write: no other process can take the session in between. */
  #assertHeld(id: string): void {
    if (this.#leaseId === undefined || this.#parts.leases.holds(this.#leaseId, id)) return;
    this.#parts.sessions.need(id);
    throw new LeaseLostError(id);
  }
}
