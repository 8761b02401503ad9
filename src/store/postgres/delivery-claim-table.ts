import type { Box } from '../../domain/box.ts';
import type { Claimed, DeliveryClaims } from '../../ports/delivery-claims.ts';
import type { Statements } from './connections.ts';
import type { LeaseTable } from './lease-table.ts';
import { milliseconds } from './lease-term.ts';
import type { Transactions } from './transactions.ts';

/** By the clock of the server alone: those of the machines may differ. */
const now = milliseconds('clock_timestamp()');

/** Claims in PostgreSQL. Like those in SQLite, they do not wait for the disk. */
export class DeliveryClaimTable implements DeliveryClaims {
  readonly #transactions: Transactions;
  readonly #leases: LeaseTable;

  constructor(transactions: Transactions, leases: LeaseTable) {
    this.#transactions = transactions;
    this.#leases = leases;
  }

  claim(
    box: Box,
    claimId: string,
    forMs: number,
    deadLease: string | undefined,
  ): Promise<Claimed | undefined> {
    const { sessionId, receiver } = box;
    const work = async (statements: Statements): Promise<Claimed | undefined> => {
      // Of two claims at once the later one waits here.
      const there = 'SELECT 1 FROM wactl.sessions WHERE id = $1 FOR NO KEY UPDATE';
      if ((await statements.run(there, [sessionId])) === 0) return undefined;
      if (await this.#leases.isHeld(statements, sessionId, [deadLease])) return undefined;
      const standing = await this.#standing(statements, box);
      if (standing !== undefined && standing !== claimId) return undefined;
      await statements.run(
        `INSERT INTO wactl.delivery_claims (session_id, receiver, claim_id, until, for_ms) 
         VALUES ($1, $2, $3, ${now} + $4::bigint, $4::bigint)
         ON CONFLICT (session_id, receiver) DO UPDATE
           SET claim_id = excluded.claim_id, until = excluded.until, for_ms = excluded.for_ms`,
        [sessionId, receiver, claimId, forMs],
      );
      return standing === undefined ? 'new' : 'kept';
    };
    return this.#transactions.write([sessionId], work, 'loose');
  }

  isClaimed(box: Box, exceptId: string): Promise<boolean> {
    return this.#transactions.read([box.sessionId], async (statements) => {
      const standing = await this.#standing(statements, box);
      return standing !== undefined && standing !== exceptId;
    });
  }

  release({ sessionId, receiver }: Box, claimId: string): Promise<void> {
    const sql = 'DELETE FROM wactl.delivery_claims WHERE session_id = $1 AND receiver = $2 AND claim_id = $3';
    return this.#transactions.write(
      [sessionId],
      async (statements) => {
        await statements.run(sql, [sessionId, receiver, claimId]);
      },
      'loose',
    );
  }

  /** The id of the claim on it. One that would stand for longer than it was made for is of before the server's clock was put back. */
  async #standing(statements: Statements, { sessionId, receiver }: Box): Promise<string | undefined> {
    const sql = `SELECT claim_id FROM wactl.delivery_claims
      WHERE session_id = $1 AND receiver = $2 AND until > ${now} AND until - ${now} <= for_ms`;
    const [row] = await statements.rows(sql, [sessionId, receiver]);
    return row && String(row['claim_id']);
  }
}
