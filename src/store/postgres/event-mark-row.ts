import type { EventMark } from '../../ports/event-mark.ts';
import { crc32 } from '../crc32.ts';
import type { Statements } from './connections.ts';
import type { Host } from './lease-table.ts';
import type { Transactions } from './transactions.ts';

/** The mark of this machine, with a checksum over when each session was changed and connected last. */
export class EventMarkRow implements EventMark {
  readonly #transactions: Transactions;
  readonly #hostId: string;

  constructor(transactions: Transactions, { id }: Host) {
    this.#transactions = transactions;
    this.#hostId = id;
  }

  take(): Promise<string | undefined> {
    return this.#transactions.write([], async (statements) => {
      const sql = 'DELETE FROM wactl.event_marks WHERE host_id = $1 RETURNING event_id, sessions';
      const [row] = await statements.rows(sql, [this.#hostId]);
      return row && row['sessions'] === (await sessions(statements)) ? String(row['event_id']) : undefined;
    });
  }

  put(eventId: string): Promise<void> {
    return this.#transactions.write([], async (statements) => {
      await statements.run(
        `INSERT INTO wactl.event_marks (host_id, event_id, sessions) VALUES ($1, $2, $3)
         ON CONFLICT (host_id) DO UPDATE SET event_id = excluded.event_id, sessions = excluded.sessions`,
        [this.#hostId, eventId, await sessions(statements)],
      );
    });
  }
}

async function sessions(statements: Statements): Promise<number> {
  const sql = 'SELECT id, updated_at, last_connected_at FROM wactl.sessions ORDER BY id';
  return crc32(JSON.stringify((await statements.rows(sql)).map((row) => Object.values(row))));
}
