import { SessionNotFoundError } from '../errors.ts';
import type { Lease, LeaseClaim, Leases } from '../session/leases.ts';
import { sessionStatuses } from '../session/session.ts';
import type { SessionStatus } from '../session/session.ts';
import { storeDamagedError } from './database-error.ts';
import type { Database, Row } from './driver.ts';
import type { Transactions } from './transactions.ts';

/** Leases in SQLite. A lease means nothing once the machine is down, so its writes do not wait for the disk. */
export class LeaseTable implements Leases {
  readonly #db: Database;
  readonly #transactions: Transactions;

  constructor(db: Database, transactions: Transactions) {
    this.#db = db;
    this.#transactions = transactions;
  }

  acquire(claim: LeaseClaim, dead?: string): Promise<Lease> {
    return this.#write((now) => {
      const { sessionId, leaseId, pid, socketPath, status } = claim;
      if (dead !== undefined) this.#db.run(`${deleteLease} AND session_id = ?`, [dead, sessionId]);
      // Nothing is inserted for a session that is not there.
      this.#db.run(
        `INSERT INTO leases (session_id, lease_id, holder_pid, socket_path, acquired_at, status)
         SELECT id, ?, ?, ?, ?, ? FROM sessions WHERE id = ? ON CONFLICT DO NOTHING`,
        [leaseId, pid, socketPath, now.getTime(), status, sessionId],
      );
      const lease = this.#find(sessionId);
      if (!lease) throw new SessionNotFoundError(sessionId);
      return lease;
    });
  }

  leaseOf(sessionId: string): Promise<Lease | undefined> {
    return this.#transactions.read(() => this.#find(sessionId));
  }

  leases(): Promise<Lease[]> {
    return this.#transactions.read(() =>
      this.#db.rows('SELECT * FROM leases ORDER BY session_id', []).map((row) => this.#decode(row)),
    );
  }

  setLeaseStatus(leaseId: string, status: SessionStatus): Promise<void> {
    return this.#write(() => {
      this.#db.run('UPDATE leases SET status = ? WHERE lease_id = ?', [status, leaseId]);
    });
  }

  release(leaseId: string): Promise<void> {
    return this.#write(() => {
      this.#db.run(deleteLease, [leaseId]);
    });
  }

  #find(sessionId: string): Lease | undefined {
    const row = this.#db.rows('SELECT * FROM leases WHERE session_id = ?', [sessionId])[0];
    return row && this.#decode(row);
  }

  /** With synchronous = NORMAL a commit is not flushed by itself; the next durable one flushes it too. */
  #write<T>(work: (now: Date) => T): Promise<T> {
    this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      return this.#transactions.write(work);
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  #decode(row: Row): Lease {
    const status = sessionStatuses.find((word) => word === row['status']);
    if (!status) throw storeDamagedError(this.#db.path, `a lease of "${String(row['session_id'])}"`);
    return {
      sessionId: String(row['session_id']),
      leaseId: String(row['lease_id']),
      pid: Number(row['holder_pid']),
      socketPath: String(row['socket_path']),
      acquiredAt: new Date(Number(row['acquired_at'])),
      status,
    };
  }
}

const deleteLease = 'DELETE FROM leases WHERE lease_id = ?';
