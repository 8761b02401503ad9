import type { Close } from '../../domain/close.ts';
import {
  loggedInSession,
  patchedSession,
  provenSession,
  unpairedSession,
} from '../../domain/session-change.ts';
import type { SessionPatch } from '../../domain/session-change.ts';
import type { Identity, Session, SessionStatus } from '../../domain/session.ts';
import { DamagedSessionError, NotPairedError } from '../../errors.ts';
import type { CredentialChange, HeldSessions } from '../../ports/store.ts';
import type { Statements } from './connections.ts';
import { tellNews } from './news.ts';
import type { CredentialTable } from './credential-table.ts';
import type { SessionTable } from './session-table.ts';
import type { Transactions } from './transactions.ts';

export type SessionWritesParts = {
  readonly transactions: Transactions;
  readonly sessions: SessionTable;
  readonly credentials: CredentialTable;
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
    return this.#write(id, async (statements, session, now) => {
      const patched = patchedSession(readable(session), patch, now);
      if (patched.wantsOnline !== session.wantsOnline) await tellNews(statements);
      return patched;
    });
  }

  recordLogin(id: string, identity: Identity): Promise<Session> {
    return this.#write(id, (_, session, now) =>
      Promise.resolve(loggedInSession(readable(session), identity, now)),
    );
  }

  write(id: string, change: CredentialChange): Promise<void> {
    const { transactions, sessions, credentials } = this.#parts;
    return transactions.write([id], async (statements, now) => {
      const hasCredentials = await sessions.hasCredentials(statements, id, this.#leaseId);
      if (!hasCredentials) throw new NotPairedError(id);
      await credentials.put(statements, id, change, now);
    });
  }

  commitPairing(id: string, credentials: Required<CredentialChange>): Promise<Session> {
    return this.#write(id, async (statements, session, now) => {
      await this.#parts.credentials.clear(statements, id);
      await this.#parts.credentials.put(statements, id, credentials, now);
      return provenSession(session, now);
    });
  }

  erase(id: string, status: SessionStatus, lastClose?: Close): Promise<Session> {
    return this.#write(id, async (statements, session, now) => {
      await this.#parts.credentials.clear(statements, id);
      return unpairedSession(session, status, now, lastClose);
    });
  }

  /** Stores the session that `work` makes of the stored one, which nobody else changes meanwhile. */
  #write(
    id: string,
    work: (statements: Statements, session: Session, now: Date) => Promise<Session>,
  ): Promise<Session> {
    const { transactions, sessions } = this.#parts;
    return transactions.write([id], async (statements, now) => {
      const session = await sessions.lock(statements, id, this.#leaseId);
      return sessions.save(statements, await work(statements, session, now), now);
    });
  }
}

function readable(session: Session): Session {
  if (session.damaged) throw new DamagedSessionError(session);
  return session;
}
