import { DamagedSessionError } from '../../errors.ts';
import { mayBeLinked } from '../../domain/session.ts';
import type { Session } from '../../domain/session.ts';
import type { WholeSession } from '../../domain/whole-session.ts';
import type { CredentialChange, KeyChange } from '../../ports/store.ts';
import { credsPlace, previousCredsPlace, valuesByType } from '../credential-values.ts';
import type { SealedPlace, SecretSeals } from '../seal.ts';
import type { Statements } from './connections.ts';
import type { Seals } from './seals.ts';

/** The tables `creds` and `keys`. Everything here runs on the caller's connection, in its transaction if there is one. */
export class CredentialTable {
  readonly #seals: Seals;

  constructor(seals: Seals) {
    this.#seals = seals;
  }

  /** Throws `store_damaged` when a session that may be linked has no creds. */
  async readCreds(statements: Statements, session: Session): Promise<Uint8Array | undefined> {
    const { id } = session;
    const [row] = await statements.rows('SELECT value FROM wactl.creds WHERE session_id = $1', [id]);
    if (!row && !mayBeLinked(session)) return undefined;
    return this.#seals.opening(statements, (seals) =>
      unsealed(seals, row?.['value'], credsPlace(id), 'pair_again'),
    );
  }

  /** Null when the session has no credentials. Throws `store_damaged`. */
  async readAll(statements: Statements, session: Session): Promise<WholeSession['credentials']> {
    const creds = await this.readCreds(statements, session);
    if (!creds) return null;
    const { id: sessionId } = session;
    const sql = 'SELECT type, id, value FROM wactl.keys WHERE session_id = $1 ORDER BY type, id';
    const rows = await statements.rows(sql, [sessionId]);
    const keys = await this.#seals.opening(statements, (seals) =>
      rows.map((row) => {
        const [type, id] = [String(row['type']), String(row['id'])];
        return { type, id, value: unsealed(seals, row['value'], [sessionId, type, id], 'delete') };
      }),
    );
    return { creds, keys };
  }

  async readKeys(
    statements: Statements,
    sessionId: string,
    type: string,
    ids: readonly string[],
  ): Promise<Map<string, Uint8Array>> {
    const sql = 'SELECT id, value FROM wactl.keys WHERE session_id = $1 AND type = $2 AND id = ANY($3)';
    // No id with a NUL was ever stored, and PostgreSQL takes none.
    const askable = ids.filter((id) => !id.includes('\0'));
    const rows = await statements.rows(sql, [sessionId, type, askable]);
    return this.#seals.opening(
      statements,
      (seals) =>
        new Map(
          rows.map((row): [string, Uint8Array] => {
            const id = String(row['id']);
            // A login may succeed without this key, so pairing again would find nothing to do.
            return [id, unsealed(seals, row['value'], [sessionId, type, id], 'delete')];
          }),
        ),
    );
  }

  async put(
    statements: Statements,
    sessionId: string,
    { creds, keys = [] }: CredentialChange,
    now: Date,
  ): Promise<void> {
    if (!creds && keys.length === 0) return;
    const seals = await this.#seals.sealing(statements, now);
    if (creds) await this.#putCreds(statements, sessionId, creds, seals, now);
    await this.#putKeys(statements, sessionId, keys, seals);
  }

  /** Deletes both generations of the creds and every key. */
  async clear(statements: Statements, sessionId: string): Promise<void> {
    await statements.run('DELETE FROM wactl.creds WHERE session_id = $1', [sessionId]);
    await statements.run('DELETE FROM wactl.keys WHERE session_id = $1', [sessionId]);
  }

  /** Keeps the earlier value as the previous generation, which does not open as the current one. */
  async #putCreds(
    statements: Statements,
    sessionId: string,
    value: Uint8Array,
    seals: SecretSeals,
    now: Date,
  ): Promise<void> {
    const sealer = seals.sealer();
    const [row] = await statements.rows('SELECT value FROM wactl.creds WHERE session_id = $1', [sessionId]);
    const before = row?.['value'] ?? null;
    const opened = before instanceof Uint8Array ? sealer.open(before, credsPlace(sessionId)) : undefined;
    const previous = opened ? sealer.seal(opened, previousCredsPlace(sessionId)) : before;
    await statements.run(
      `INSERT INTO wactl.creds AS c (session_id, value, written_at) VALUES ($1, $2, $3)
       ON CONFLICT (session_id) DO UPDATE SET previous_value = $4, previous_written_at = c.written_at,
         value = excluded.value, written_at = excluded.written_at`,
      [sessionId, sealer.seal(value, credsPlace(sessionId)), now.getTime(), previous],
    );
  }

  /** One statement: a new device has 812 pre-keys. */
  async #putKeys(
    statements: Statements,
    sessionId: string,
    changes: readonly KeyChange[],
    seals: SecretSeals,
  ): Promise<void> {
    const written = { types: [] as string[], ids: [] as string[], values: [] as Uint8Array[] };
    const deleted = { types: [] as string[], ids: [] as string[] };
    for (const [type, values] of valuesByType(changes)) {
      for (const [id, value] of values) {
        if (id.includes('\0')) throw new TypeError('a key id with a NUL character');
        const list = value ? written : deleted;
        list.types.push(type);
        list.ids.push(id);
        if (value) written.values.push(seals.sealer().seal(value, [sessionId, type, id]));
      }
    }
    if (deleted.ids.length > 0)
      await statements.run(
        `DELETE FROM wactl.keys USING unnest($2::text[], $3::text[]) AS gone (type, id)
         WHERE keys.session_id = $1 AND keys.type = gone.type AND keys.id = gone.id`,
        [sessionId, deleted.types, deleted.ids],
      );
    if (written.ids.length > 0)
      await statements.run(
        `INSERT INTO wactl.keys (session_id, type, id, value)
         SELECT $1, type, id, value FROM unnest($2::text[], $3::text[], $4::bytea[]) AS put (type, id, value)
         ON CONFLICT (session_id, type, id) DO UPDATE SET value = excluded.value`,
        [sessionId, written.types, written.ids, written.values],
      );
  }
}

function unsealed(
  seals: SecretSeals,
  value: unknown,
  place: SealedPlace,
  remedy: Session['damaged'],
): Uint8Array {
  const bytes = value instanceof Uint8Array ? seals.open(value, place) : undefined;
  if (bytes) return bytes;
  throw new DamagedSessionError({ id: place[0], damaged: remedy });
}
