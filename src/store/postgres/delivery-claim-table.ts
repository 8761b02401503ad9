import type { Box } from '../../domain/box.ts';
import type { Claimed, DeliveryClaims } from '../../ports/delivery-claims.ts';
import type { Statements } from './connections.ts';
import type { LeaseTable } from './lease-table.ts';
import type { Transactions } from './transactions.ts';

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
    const work = async (statements: Statements, now: Date): Promise<Claimed | undefined> => {
      // Of two claims at once the later one waits here.
      const there = 'SELECT 1 FROM wactl.sessions WHERE id = $1 FOR NO KEY UPDATE';
      if ((await statements.run(there, [sessionId])) === 0) return undefined;
      if (await this.#leases.isHeld(statements, sessionId, [deadLease])) return undefined;
      const standing = await this.#standing(statements, box, now);
      if (standing && standing.claimId !== claimId) return undefined;
      await statements.run(
        `INSERT INTO wactl.delivery_claims (session_id, receiver, claim_id, until, for_ms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (session_id, receiver) DO UPDATE
           SET claim_id = excluded.claim_id, until = excluded.until, for_ms = excluded.for_ms`,
        [sessionId, receiver, claimId, now.getTime() + forMs, forMs],
      );
      return standing ? 'kept' : 'new';
    };
    return this.#transactions.write([sessionId], work, 'loose');
  }

  claimedUntil(box: Box, exceptId: string): Promise<Date | null> {
    return this.#transactions.read([box.sessionId], async (statements, now) => {
      const standing = await this.#standing(statements, box, now);
      return standing && standing.claimId !== exceptId ? standing.until : null;
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

  /** One that would stand for longer than it was made for is of before a clock was put back. */
  async #standing(
    statements: Statements,
    { sessionId, receiver }: Box,
    now: Date,
  ): Promise<{ claimId: string; until: Date } | undefined> {
    const sql = `SELECT claim_id, until FROM wactl.delivery_claims
      WHERE session_id = $1 AND receiver = $2 AND until > $3 AND until - $3 <= for_ms`;
    const [row] = await statements.rows(sql, [sessionId, receiver, now.getTime()]);
    return row && { claimId: String(row['claim_id']), until: new Date(Number(row['until'])) };
  }
}
