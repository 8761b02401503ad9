import { DamagedSessionError, SessionNotFoundError } from '../errors.ts';
import type { WactlError } from '../errors.ts';
import type { Lease, LeaseClaim, Leases } from '../ports/leases.ts';
import { sessionStatuses } from '../domain/session.ts';
import type { SessionStatus } from '../domain/session.ts';
import { storeDamagedError } from './database-error.ts';
import { columns } from './driver.ts';
import { textIn } from './row-values.ts';
import type { Database } from './driver.ts';
import type { Row } from './row-values.ts';
import type { Transactions } from './transactions.ts';

/**
 * Leases in SQLite. A lease means nothing once the machine is down, so its writes do not wait for the disk. A lease
 * that cannot be read, or that was taken in another file (this one is a copy of it), does not count either.
 */
export class LeaseTable implements Leases {
  readonly #db: Database;
  readonly #transactions: Transactions;
  /** Distinguishes this database file from its copies. */
  readonly #file: string;

  constructor(db: Database, transactions: Transactions, file: string) {
    this.#db = db;
    this.#transactions = transactions;
    this.#file = file;
  }

  acquire(claim: LeaseClaim, dead?: string): Promise<Lease> {
    return this.#transactions.writeLoosely((now) => {
      const { sessionId, leaseId, pid, socketPath, status } = claim;
      const standing = this.#find(sessionId);
      if (standing && standing.leaseId !== dead) return standing;
      this.#db.run('DELETE FROM leases WHERE session_id = ?', [sessionId]);
      // Inserts nothing for a session that does not exist.
      const inserted = this.#db.run(
        `INSERT INTO leases (session_id, lease_id, holder_pid, socket_path, acquired_at, status, database)
         SELECT id, ?, ?, ?, ?, ?, ? FROM sessions WHERE id = ? ON CONFLICT DO NOTHING`,
        [leaseId, pid, socketPath, now.getTime(), status, this.#file, sessionId],
      );
      const lease = this.#find(sessionId);
      if (lease?.leaseId === leaseId) return lease;
      if (inserted === 0 && !lease) throw this.#absentOrDamaged(sessionId);
      throw storeDamagedError(this.#db.path, `the lease of "${sessionId}" cannot be replaced`);
    });
  }

  leaseOf(sessionId: string): Promise<Lease | undefined> {
    return this.#transactions.read(() => this.#find(sessionId));
  }

  leases(): Promise<Lease[]> {
    return this.#transactions.read(() => this.all());
  }

  /** Runs inside the caller's transaction. */
  all(): Lease[] {
    return this.#db
      .rows(`SELECT ${leaseColumns} FROM leases ORDER BY leases.session_id`, [])
      .flatMap((row) => this.#decode(row) ?? []);
  }

  setLeaseStatus(leaseId: string, status: SessionStatus): Promise<void> {
    return this.#transactions.writeLoosely(() => {
      this.#db.run('UPDATE leases SET status = ? WHERE lease_id = ?', [status, leaseId]);
    });
  }

  release(leaseId: string): Promise<void> {
    return this.#transactions.writeLoosely(() => {
      this.#db.run('DELETE FROM leases WHERE lease_id = ?', [leaseId]);
    });
  }

  /** Whether there is a lease on it other than the dead ones. Runs inside the caller's transaction. */
  isHeld(sessionId: string, ...dead: readonly (string | undefined)[]): boolean {
    const standing = this.#find(sessionId);
    return standing !== undefined && !dead.includes(standing.leaseId);
  }

  /** Whether this lease is the current one of the session. Runs inside the caller's transaction. */
  holds(leaseId: string, sessionId: string): boolean {
    return this.#find(sessionId)?.leaseId === leaseId;
  }

  /** The index may have lost a session that is in the table. */
  #absentOrDamaged(id: string): WactlError {
    const [row] = this.#db.rows('SELECT 1 FROM sessions NOT INDEXED WHERE id = ?', [id]);
    return row ? new DamagedSessionError({ id, damaged: 'delete' }) : new SessionNotFoundError(id);
  }

  #find(sessionId: string): Lease | undefined {
    const row = this.#db.rows(`SELECT ${leaseColumns} FROM leases WHERE session_id = ?`, [sessionId])[0];
    return row && this.#decode(row);
  }

  #decode(row: Row): Lease | undefined {
    const [sessionId, leaseId, socketPath, file = this.#file] = [
      'session_id',
      'lease_id',
      'socket_path',
      'database',
    ].map((column) => textIn(row[column]));
    const [pid, acquiredAt] = [row['holder_pid'], row['acquired_at']];
    const status = sessionStatuses.find((word) => word === row['status']);
    if (sessionId === undefined || leaseId === undefined || !status || file !== this.#file) return undefined;
    if (socketPath === undefined || !isSocketPath(socketPath)) return undefined;
    if (typeof pid !== 'number' || typeof acquiredAt !== 'number') return undefined;
    return { sessionId, leaseId, pid, socketPath, acquiredAt: new Date(acquiredAt), status };
  }
}

const leaseColumns = columns([
  'session_id',
  'lease_id',
  'holder_pid',
  'socket_path',
  'acquired_at',
  'status',
  'database',
]);

/** The size of a Unix socket's `sun_path` on Linux, without the final NUL; a named pipe's name may be longer. */
const longestSocketPath = 107;
const isSocketPath = (path: string): boolean =>
  path !== '' && (Buffer.byteLength(path) <= longestSocketPath || path.startsWith('\\\\.\\pipe\\'));
