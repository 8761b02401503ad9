import type { Overview, Overviews } from '../../ports/overview.ts';
import { listedSessionOf } from '../listed-session.ts';
import { sessionColumns } from '../session-row.ts';
import type { Statements } from './connections.ts';
import type { LeaseTable } from './lease-table.ts';
import type { Seals } from './seals.ts';
import type { Transactions } from './transactions.ts';

export type OverviewTableParts = {
  readonly transactions: Transactions;
  readonly leases: LeaseTable;
  readonly seals: Seals;
  /** Of this process. */
  readonly serverId: string;
};

const all = sessionColumns.map((name) => `sessions.${name}`).join();

/** PostgreSQL counts: each `serve` asks every few seconds, and most rows are other hosts' affair. */
export class OverviewTable implements Overviews {
  readonly #parts: OverviewTableParts;

  constructor(parts: OverviewTableParts) {
    this.#parts = parts;
  }

  sockets(): Promise<readonly string[]> {
    const { transactions, leases } = this.#parts;
    return transactions.read([], async (statements) => {
      const sql = `SELECT DISTINCT socket_path FROM wactl.leases WHERE ${leases.isHere('$1')}`;
      return (await statements.rows(sql, [leases.hostId])).map((row) => String(row['socket_path']));
    });
  }

  overview(dead: readonly string[]): Promise<Overview> {
    const { transactions } = this.#parts;
    return transactions.snapshot(undefined, (statements) => this.#overview(statements, dead));
  }

  async #overview(statements: Statements, dead: readonly string[]): Promise<Overview> {
    const { leases, seals, serverId } = this.#parts;
    const standing = leases.isStanding('$1', '$2');
    const values = [leases.hostId, dead];
    const kept = `FROM wactl.leases JOIN wactl.sessions ON sessions.id = leases.session_id
      WHERE ${standing} AND sessions.wants_online = 1`;
    const counts = await statements.rows(
      `SELECT leases.server_id, count(*) AS count, count(*) FILTER (WHERE leases.status = 'logged_in') AS logged_in
       ${kept} AND leases.server_id IS NOT NULL GROUP BY leases.server_id`,
      values,
    );
    const own = await statements.rows(`SELECT leases.session_id ${kept} AND leases.server_id = $3`, [
      ...values,
      serverId,
    ]);
    const rows = await statements.rows(
      `SELECT ${all} FROM wactl.sessions
       WHERE (sessions.paired = 1 AND sessions.wants_online = 1 OR sessions.unconfirmed = 1)
         AND NOT EXISTS (SELECT 1 FROM wactl.leases WHERE leases.session_id = sessions.id AND ${standing})
       ORDER BY sessions.created_at, sessions.id`,
      values,
    );
    const free =
      rows.length === 0
        ? []
        : await seals.listing(statements, (opened) =>
            rows.map((row) => listedSessionOf(row, opened, new Map())),
          );
    return {
      kept: new Map(counts.map((row) => [String(row['server_id']), Number(row['count'])])),
      loggedIn: new Set(
        counts.filter((row) => Number(row['logged_in']) > 0).map((row) => String(row['server_id'])),
      ),
      own: new Set(own.map((row) => String(row['session_id']))),
      free,
      damaged: free.filter(({ damaged }) => damaged).map(({ id }) => id),
    };
  }
}
