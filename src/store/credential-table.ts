import { DamagedSessionError } from '../errors.ts';
import type { KeyChange } from '../ports/store.ts';
import { credsPlace, previousCredsPlace, valuesByType } from './credential-values.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { WholeSession } from '../domain/whole-session.ts';
import { columns } from './driver.ts';
import { textIn } from './row-values.ts';
import type { Database } from './driver.ts';
import type { SealedPlace, SecretSeals } from './seal.ts';

/** The tables `creds` and `keys`. Everything here runs inside the caller's transaction, if there is one. */
export class CredentialTable {
  readonly #db: Database;
  readonly #seals: SecretSeals;

  constructor(db: Database, seals: SecretSeals) {
    this.#db = db;
    this.#seals = seals;
  }

  /** Throws `store_damaged` when a session that may be linked has no creds. */
  readCreds(session: Session): Uint8Array | undefined {
    const { id } = session;
    const row = this.#db.rows(`SELECT ${columns(['value'])} FROM creds WHERE session_id = ?`, [id])[0];
    if (!row && !mayBeLinked(session)) return undefined;
    return this.#unsealed(row?.['value'], credsPlace(id), 'pair_again');
  }

  /** Null when the session has no credentials. Throws `store_damaged`. */
  readAll(session: Session): WholeSession['credentials'] {
    const creds = this.readCreds(session);
    if (!creds) return null;
    const sql = `SELECT ${columns(['type', 'id', 'value'])} FROM keys WHERE session_id = ?`;
    const keys = this.#db.rows(sql, [session.id]).map((row) => {
      const [type = '', id = ''] = [textIn(row['type']), textIn(row['id'])];
      return { type, id, value: this.#unsealed(row['value'], [session.id, type, id], 'delete') };
    });
    return { creds, keys };
  }

  /** Reads all that is stored for a session. Throws `store_damaged`, as reading it one by one would. */
  assertWhole(session: Session): void {
    this.readAll(session);
  }

  /** Keeps the earlier value as the previous generation, which does not open as the current one. */
  writeCreds(sessionId: string, value: Uint8Array, now: Date): void {
    const sealer = this.#seals.sealer();
    const [row] = this.#db.rows('SELECT value FROM creds WHERE session_id = ?', [sessionId]);
    const before = row?.['value'] ?? null;
    const opened = before instanceof Uint8Array ? sealer.open(before, credsPlace(sessionId)) : undefined;
    const previous = opened ? sealer.seal(opened, previousCredsPlace(sessionId)) : before;
    this.#db.run(
      `INSERT INTO creds (session_id, value, written_at) VALUES (?, ?, ?)
       ON CONFLICT (session_id) DO UPDATE SET previous_value = ?, previous_written_at = written_at,
         value = excluded.value, written_at = excluded.written_at`,
      [sessionId, sealer.seal(value, credsPlace(sessionId)), now.getTime(), previous],
    );
  }

  readKeys(sessionId: string, type: string, ids: readonly string[]): Map<string, Uint8Array> {
    const sql = `SELECT ${columns(['id', 'value'])} FROM keys
      WHERE session_id = ? AND type = ? AND id IN (SELECT value FROM json_each(?))`;
    const rows = this.#db.rows(sql, [sessionId, type, JSON.stringify(ids)]);
    return new Map(
      rows.map((row): [string, Uint8Array] => {
        const id = textIn(row['id']) ?? '';
        // A login may succeed without this key, so pairing again would find nothing to do.
        return [id, this.#unsealed(row['value'], [sessionId, type, id], 'delete')];
      }),
    );
  }

  /** One statement for each type: a new device has 812 pre-keys. Of several changes of one key the last counts. */
  writeKeys(sessionId: string, changes: readonly KeyChange[]): void {
    if (changes.length === 0) return;
    const sealer = this.#seals.sealer();
    for (const [type, values] of valuesByType(changes)) {
      const deleted: string[] = [];
      const written: SealedKey[] = [];
      for (const [id, value] of values) {
        if (id.includes('\0')) throw new TypeError('a key id with a NUL character');
        if (value) written.push([id, sealer.seal(value, [sessionId, type, id])]);
        else deleted.push(id);
      }
      if (deleted.length > 0) this.#deleteKeys(sessionId, type, deleted);
      if (written.length > 0) putKeys(this.#db, sessionId, type, written);
    }
  }

  #deleteKeys(sessionId: string, type: string, ids: readonly string[]): void {
    const sql = `DELETE FROM keys
      WHERE session_id = ? AND type = ? AND id IN (SELECT value FROM json_each(?))`;
    this.#db.run(sql, [sessionId, type, JSON.stringify(ids)]);
  }

  /** Deletes both generations of the creds and every key. */
  clear(sessionId: string): void {
    this.#db.run('DELETE FROM creds WHERE session_id = ?', [sessionId]);
    this.#db.run('DELETE FROM keys WHERE session_id = ?', [sessionId]);
  }

  #unsealed(value: unknown, place: SealedPlace, remedy: Session['damaged']): Uint8Array {
    const bytes = value instanceof Uint8Array ? this.#seals.open(value, place) : undefined;
    if (bytes) return bytes;
    const [id] = place;
    throw new DamagedSessionError({ id, damaged: remedy });
  }
}

export type SealedKey = readonly [id: string, sealed: Uint8Array];

/** Writes sealed keys of one type; those that are there are replaced. */
export function putKeys(db: Database, sessionId: string, type: string, keys: readonly SealedKey[]): void {
  // In the order of the table, all values as one: half the time that they take in hex.
  const sorted = [...keys].sort(([one], [other]) => (one < other ? -1 : 1));
  let start = 1;
  const places = sorted.map(([id, { length }]) => {
    start += length;
    return [id, start - length, length];
  });
  const values = Buffer.concat(sorted.map(([, sealed]) => sealed));
  // Without the WHERE, SQLite would read ON CONFLICT as a part of the join.
  const sql = `INSERT INTO keys (session_id, type, id, value)
    SELECT ?, ?, value ->> 0, substr(?, value ->> 1, value ->> 2) FROM json_each(?) WHERE TRUE
    ON CONFLICT (session_id, type, id) DO UPDATE SET value = excluded.value`;
  db.run(sql, [sessionId, type, values, JSON.stringify(places)]);
}
