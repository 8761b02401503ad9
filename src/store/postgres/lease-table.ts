import { SessionNotFoundError } from '../../errors.ts';
import { sessionStatuses } from '../../domain/session.ts';
import type { SessionStatus } from '../../domain/session.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Lease, LeaseClaim, LeaseLoss, Leases } from '../../ports/leases.ts';
import type { Row } from '../row-values.ts';
import type { Statements } from './connections.ts';
import { ContendedError } from './database-error.ts';
import { interval } from './lease-term.ts';
import { tellNews } from './news.ts';
import { Renewals } from './renewals.ts';
import type { Transactions } from './transactions.ts';

/** The machine that a process runs on. */
export type Host = {
  /** Distinguishes it from all others, also from itself before it was started anew. */
  readonly id: string;
  /** As people call it. */
  readonly name: string;
};

export type LeaseTableParts = {
  readonly transactions: Transactions;
  readonly host: Host;
  /** Of this process (`ServingHost`). */
  readonly serverId: string;
  readonly clock: Pick<Clock, 'sleep'>;
  /** How long a lease lasts. */
  readonly termMs: number;
};

/** This part of its term after a lease is over nobody else takes the session: what its holder has sent may still be on its way. */
const grace = 1 / 6;

const passedMs = (): number => performance.now();

const fields = [
  'session_id',
  'lease_id',
  'host_id',
  'host_name',
  'holder_pid',
  'socket_path',
  'acquired_at',
  'status',
  'server_id',
]
  .map((name) => `leases.${name}`)
  .concat('(SELECT hosts.url FROM wactl.hosts WHERE hosts.server_id = leases.server_id) AS url')
  .join();

/**
 * Leases in PostgreSQL. Between machines nobody can find out whether a holder has ended: there a lease counts until it is over.
 */
export class LeaseTable implements Leases {
  readonly #transactions: Transactions;
  readonly #host: Host;
  readonly #serverId: string;
  readonly #renewals: Renewals;
  /** In SQL, by the clock of the server alone: those of the machines may differ. */
  readonly #isOver: string;
  readonly #nextEnd: string;

  constructor({ transactions, host, serverId, clock, termMs }: LeaseTableParts) {
    this.#transactions = transactions;
    this.#host = host;
    this.#serverId = serverId;
    this.#isOver = `leases.expires_at + ${interval(termMs * grace)} <= clock_timestamp()`;
    this.#nextEnd = `clock_timestamp() + ${interval(termMs)}`;
    this.#renewals = new Renewals({ clock, passedMs, termMs, renew: (...asked) => this.#renew(...asked) });
  }

  async acquire(
    claim: LeaseClaim,
    dead?: string,
    onLost: (why: LeaseLoss) => void = () => undefined,
  ): Promise<Lease> {
    const since = passedMs();
    const lease = await this.#acquire(claim, dead);
    if (lease.leaseId === claim.leaseId) this.#renewals.add(lease.leaseId, since, onLost);
    return lease;
  }

  #acquire(claim: LeaseClaim, dead: string | undefined): Promise<Lease> {
    const { sessionId, leaseId, pid, socketPath, status } = claim;
    return this.#transactions.write([sessionId], async (statements, now) => {
      const there = 'SELECT 1 FROM wactl.sessions WHERE id = $1 FOR KEY SHARE';
      if ((await statements.run(there, [sessionId])) === 0) throw new SessionNotFoundError(sessionId);
      const [row] = await statements.rows(
        `INSERT INTO wactl.leases AS leases
           (session_id, lease_id, host_id, host_name, holder_pid, socket_path, acquired_at, status, server_id, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10, ${this.#nextEnd})
         ON CONFLICT (session_id) DO UPDATE SET lease_id = excluded.lease_id, epoch = excluded.epoch,
           host_id = excluded.host_id, host_name = excluded.host_name, holder_pid = excluded.holder_pid,
           socket_path = excluded.socket_path, acquired_at = excluded.acquired_at, status = excluded.status,
           server_id = excluded.server_id, expires_at = excluded.expires_at
         WHERE ${this.#isOver} OR (leases.lease_id = $9 AND leases.host_id = $3)
         RETURNING ${fields}`,
        [
          ...[sessionId, leaseId, this.#host.id, this.#host.name, pid, socketPath, now.getTime(), status],
          dead ?? null,
          this.#serverId,
        ],
      );
      const lease = row ? this.#lease(row) : await this.#find(statements, sessionId);
      // It was released between two statements.
      if (!lease) throw new ContendedError(`the lease of "${sessionId}"`, undefined);
      return lease;
    });
  }

  get hostId(): string {
    return this.#host.id;
  }

  /** In SQL: it is one of this machine, and not over. `hostId`: the parameter with its id. */
  isHere(hostId: string): string {
    return `leases.host_id = ${hostId} AND NOT (${this.#isOver})`;
  }

  /** In SQL: it is not over, and not of a process of this machine with one of these sockets (a parameter). */
  isStanding(hostId: string, dead: string): string {
    return `NOT (${this.#isOver}) AND NOT (leases.host_id = ${hostId} AND leases.socket_path = ANY(${dead}))`;
  }

  leaseOf(sessionId: string): Promise<Lease | undefined> {
    return this.#transactions.read([sessionId], (statements) => this.#find(statements, sessionId));
  }

  leases(): Promise<Lease[]> {
    return this.#transactions.read(undefined, (statements) => this.all(statements));
  }

  /** By the statements of the caller. */
  async all(statements: Statements): Promise<Lease[]> {
    const sql = `SELECT ${fields} FROM wactl.leases WHERE NOT (${this.#isOver}) ORDER BY session_id`;
    return (await statements.rows(sql)).flatMap((row) => this.#lease(row) ?? []);
  }

  setLeaseStatus(leaseId: string, status: SessionStatus): Promise<void> {
    const sql = 'UPDATE wactl.leases SET status = $2 WHERE lease_id = $1';
    const set = async (statements: Statements): Promise<void> => {
      await statements.run(sql, [leaseId, status]);
    };
    return this.#transactions.write([], set, 'loose');
  }

  release(leaseId: string): Promise<void> {
    this.#renewals.remove(leaseId);
    return this.#transactions.write([], async (statements) => {
      const [row] = await statements.rows(
        `DELETE FROM wactl.leases USING wactl.sessions
         WHERE leases.lease_id = $1 AND sessions.id = leases.session_id RETURNING sessions.wants_online`,
        [leaseId],
      );
      if (row?.['wants_online'] === 1) await tellNews(statements);
    });
  }

  /** Whether there is a lease on it other than the dead ones. Runs in the caller's transaction. */
  async isHeld(
    statements: Statements,
    sessionId: string,
    dead: readonly (string | undefined)[],
  ): Promise<boolean> {
    const sql = `SELECT lease_id, host_id FROM wactl.leases WHERE session_id = $1 AND NOT (${this.#isOver}) FOR UPDATE`;
    const [row] = await statements.rows(sql, [sessionId]);
    if (!row) return false;
    return row['host_id'] !== this.#host.id || !dead.includes(String(row['lease_id']));
  }

  /** Renews no more. */
  end(): void {
    this.#renewals.end();
  }

  /** One that is over is not renewed: its session may be another process's by now. */
  #renew(leaseIds: readonly string[], withinMs: number): Promise<string[]> {
    const sql = `UPDATE wactl.leases SET expires_at = ${this.#nextEnd}
      WHERE lease_id = ANY($1) AND expires_at > clock_timestamp() RETURNING lease_id`;
    const renew = async (statements: Statements): Promise<string[]> =>
      (await statements.rows(sql, [leaseIds])).map((row) => String(row['lease_id']));
    return this.#transactions.write([], renew, 'urgent', withinMs);
  }

  async #find(statements: Statements, sessionId: string): Promise<Lease | undefined> {
    const sql = `SELECT ${fields} FROM wactl.leases WHERE session_id = $1 AND NOT (${this.#isOver})`;
    const [row] = await statements.rows(sql, [sessionId]);
    return row && this.#lease(row);
  }

  #lease(row: Row): Lease | undefined {
    const status = sessionStatuses.find((word) => word === row['status']);
    if (!status) return undefined;
    const [host, url] = [String(row['host_name']), row['url']];
    const elsewhere = { host, ...(typeof url === 'string' && { url }) };
    return {
      sessionId: String(row['session_id']),
      leaseId: String(row['lease_id']),
      pid: Number(row['holder_pid']),
      socketPath: String(row['socket_path']),
      acquiredAt: new Date(Number(row['acquired_at'])),
      status,
      ...(row['host_id'] === this.#host.id ? {} : elsewhere),
      ...(row['server_id'] !== null && { serverId: String(row['server_id']) }),
    };
  }
}
