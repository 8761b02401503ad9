import { WactlError } from '../errors.ts';
import { storeDamagedError } from './database-error.ts';
import type { Database } from './driver.ts';
import { recordBytes, recordIn } from './key-record.ts';
import type { KeyRecord } from './key-record.ts';

const tables = ['data_key', 'data_key_copy'] as const;

/** The tables `data_key` and `data_key_copy`, which have the same one row. Everything here runs inside the caller's transaction. */
export class DataKeyTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Undefined before the first secret. Throws `store_damaged` when both are damaged. */
  read(): KeyRecord | undefined {
    let damage: WactlError | undefined;
    for (const table of tables) {
      try {
        const [row] = this.#db.rows(`SELECT record FROM ${table} WHERE id = 1`, []);
        const record = row && recordIn(row['record']);
        if (record) return record;
        if (row) damage ??= storeDamagedError(this.#db.path, 'its data key cannot be read');
      } catch (error) {
        if (!(error instanceof WactlError) || error.code !== 'store_damaged') throw error;
        damage ??= error;
      }
    }
    if (damage !== undefined) throw damage;
    return undefined;
  }

  /** Whether there was a first secret; also where the record, or one of the tables, is damaged. */
  isThere(): boolean {
    return tables.some((table) => {
      try {
        return this.#db.rows(`SELECT 1 FROM ${table} LIMIT 1`, []).length > 0;
      } catch (error) {
        if (error instanceof WactlError && error.code === 'store_damaged') return true;
        throw error;
      }
    });
  }

  write(record: KeyRecord): void {
    for (const table of tables) {
      this.#db.run(
        `INSERT INTO ${table} (id, record) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record`,
        [recordBytes(record)],
      );
    }
  }
}
