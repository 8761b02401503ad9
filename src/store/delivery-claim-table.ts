import type { Box } from '../domain/box.ts';
import type { Claimed, DeliveryClaims } from '../ports/delivery-claims.ts';
import type { Database } from './driver.ts';
import type { LeaseTable } from './lease-table.ts';
import type { Transactions } from './transactions.ts';

/** Claims in SQLite. Like leases, they do not wait for the disk. */
export class DeliveryClaimTable implements DeliveryClaims {
  readonly #db: Database;
  readonly #transactions: Transactions;
  readonly #leases: LeaseTable;

  constructor(db: Database, transactions: Transactions, leases: LeaseTable) {
    this.#db = db;
    this.#transactions = transactions;
    this.#leases = leases;
  }

  claim(
    box: Box,
    claimId: string,
    forMs: number,
    deadLease: string | undefined,
  ): Promise<Claimed | undefined> {
    return this.#transactions.writeLoosely((now) => {
      if (this.#leases.isHeld(box.sessionId, deadLease)) return undefined;
      const standing = this.#standing(box, now);
      if (standing !== undefined && standing !== claimId) return undefined;
      // Claims nothing for a session that does not exist.
      const claimed = this.#db.run(
        `INSERT OR REPLACE INTO delivery_claims (session_id, receiver, claim_id, until, for_ms)
         SELECT id, ?, ?, ?, ? FROM sessions WHERE id = ?`,
        [box.receiver, claimId, now.getTime() + forMs, forMs, box.sessionId],
      );
      if (claimed === 0) return undefined;
      return standing === undefined ? 'new' : 'kept';
    });
  }

  isClaimed(box: Box, exceptId: string): Promise<boolean> {
    return this.#transactions.read((now) => {
      const standing = this.#standing(box, now);
      return standing !== undefined && standing !== exceptId;
    });
  }

  release({ sessionId, receiver }: Box, claimId: string): Promise<void> {
    return this.#transactions.writeLoosely(() => {
      this.#db.run('DELETE FROM delivery_claims WHERE session_id = ? AND receiver = ? AND claim_id = ?', [
        sessionId,
        receiver,
        claimId,
      ]);
    });
  }

  /** The id of the claim on it. One that would stand for longer than it was made for is of before the clock was put back. */
  #standing({ sessionId, receiver }: Box, now: Date): string | undefined {
    const sql = `SELECT claim_id FROM delivery_claims
      WHERE session_id = ? AND receiver = ? AND until > ?3 AND until - ?3 <= for_ms`;
    const [row] = this.#db.rows(sql, [sessionId, receiver, now.getTime()]);
    return row && String(row['claim_id']);
  }
}
