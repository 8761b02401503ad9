import type { Close } from '../domain/close.ts';
import { LeaseLostError, NotPairedError } from '../errors.ts';
import { loggedInSession, patchedSession, provenSession, unpairedSession } from '../domain/session-change.ts';
import type { SessionPatch } from '../domain/session-change.ts';
import type { Identity, Session, SessionStatus } from '../domain/session.ts';
import type { CredentialChange, HeldSessions } from '../ports/store.ts';
import type { CredentialTable } from './credential-table.ts';
import type { LeaseTable } from './lease-table.ts';
import type { Seals } from './seals.ts';
import type { SessionTable } from './session-table.ts';
import type { Transactions } from './transactions.ts';

export type SessionWritesParts = {
  readonly transactions: Transactions;
  readonly sessions: SessionTable;
  readonly credentials: CredentialTable;
  readonly leases: LeaseTable;
  readonly seals: Pick<Seals, 'facts' | 'makeKeyReady'>;
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

  commitPairing(id: string, credentials: Required<CredentialChange>): Promise<Session> {
    return this.#write(id, (now) => this.#putPairing(id, credentials, now));
  }

  /**
   * Makes the key, if there is none, under the lock, as with the first secret. Then it does what `commitPairing` does, with made-up
   * secrets, and takes it back: Node compiles code when it first runs, which would take as long as the work itself while the phone
   * waits for the signature. Once in a process is enough.
   */
  async expectPairing(id: string): Promise<void> {
    const { transactions, seals } = this.#parts;
    if (!(await transactions.read(() => seals.facts()))) await transactions.write(() => seals.makeKeyReady());
    const over = new Error('rehearsed');
    const rehearsal = transactions.write((now) => {
      this.#putPairing(id, madeUp(), now);
      throw over;
    });
    await rehearsal.catch((error: unknown) => {
      if (error !== over) throw error;
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

  #putPairing(id: string, { creds, keys }: Required<CredentialChange>, now: Date): Session {
    const { sessions, credentials } = this.#parts;
    const session = provenSession(sessions.need(id), now);
    credentials.clear(id);
    credentials.writeCreds(id, creds, now);
    credentials.writeKeys(id, keys);
    return sessions.save(session);
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

/** As much as a new device has. */
const [credsLength, keyLength, keyCount] = [2_000, 64, 812];

function madeUp(): Required<CredentialChange> {
  const value = new Uint8Array(keyLength);
  const keys = Array.from({ length: keyCount }, (_, id) => ({ type: 'pre-key', id: String(id), value }));
  return { creds: new Uint8Array(credsLength), keys };
}
