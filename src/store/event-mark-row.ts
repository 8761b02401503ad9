import type { EventMark } from '../ports/event-mark.ts';
import { crc32 } from './crc32.ts';
import { columns } from './driver.ts';
import type { Database } from './driver.ts';
import { textIn } from './row-values.ts';
import type { Transactions } from './transactions.ts';

const names = ['events_end', 'events_sessions'] as const;

/** The mark in the table `meta`, with a checksum over when each session was changed and connected last. */
export class EventMarkRow implements EventMark {
  readonly #db: Database;
  readonly #transactions: Transactions;

  constructor(db: Database, transactions: Transactions) {
    this.#db = db;
    this.#transactions = transactions;
  }

  // Not loosely: after a power loss it would count again.
  take(): Promise<string | undefined> {
    return this.#transactions.write(() => {
      const [end, sessions] = names.map((name) => {
        const [row] = this.#db.rows(`SELECT ${columns(['value'])} FROM meta WHERE key = ?`, [name]);
        this.#db.run('DELETE FROM meta WHERE key = ?', [name]);
        return row?.['value'];
      });
      return sessions === this.#sessions() ? textIn(end) : undefined;
    });
  }

  put(eventId: string): Promise<void> {
    return this.#transactions.write(() => {
      const values = [eventId, this.#sessions()];
      for (const [at, name] of names.entries())
        this.#db.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', [name, values[at] ?? null]);
    });
  }

  #sessions(): number {
    const sql = `SELECT ${columns(['id', 'updated_at', 'last_connected_at'])} FROM sessions ORDER BY sessions.id`;
    return crc32(JSON.stringify(this.#db.rows(sql, []).map((row) => Object.values(row))));
  }
}
