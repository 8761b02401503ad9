import type { Box } from '../../domain/box.ts';
import { contentKeptMs, finishedLimits } from '../../domain/delivery.ts';
import type { DeliveryState, OutboxEvent, Receiver, ReplaySelection } from '../../domain/delivery.ts';
import {
  deliveryFields,
  payloadPlace,
  receiverFields,
  receiverOf,
  receiverValues,
  unreadable,
} from '../outbox-row.ts';
import type { Row } from '../row-values.ts';
import type { SecretSeals } from '../seal.ts';
import type { Statements, Value } from './connections.ts';
import { lockedSession } from './locked-session.ts';

type Finished = Exclude<DeliveryState, 'pending'>;

const [deliveries, receiver] = [deliveryFields.join(), receiverFields.join()];
const ofBox = 'session_id = $1 AND receiver = $2';
/** A QR or a code is kept no longer than until it is delivered. */
const contentUnlessItExpires = 'payload = CASE WHEN expires_at IS NULL THEN payload END';

/** The tables `outbox` and `receivers`, by the statements of one connection. */
export class OutboxTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /**
   * Nobody else changes its events until the transaction ends. False when the session is gone. With a lease, throws
   * LeaseLostError.
   */
  async lock(sessionId: string, leaseId?: string): Promise<boolean> {
    const how = { columns: 'id', lock: 'FOR NO KEY UPDATE', leaseId } as const;
    return (await lockedSession(this.#statements, sessionId, how)) !== undefined;
  }

  /**
   * Leaves out events whose id is there. `failedMs`: of the receiver, by now. Resolves to how many are pending then, all in one round
   * trip.
   */
  async insert(
    box: Box,
    events: readonly OutboxEvent[],
    failedMs: number,
    seals: SecretSeals,
  ): Promise<number> {
    const times = (all: readonly (Date | null)[]): readonly (string | null)[] =>
      all.map((time) => time && String(time.getTime()));
    const [row] = await this.#statements.rows(
      `WITH put AS (
         INSERT INTO wactl.outbox
           (session_id, receiver, event_id, event, payload, state, created_at, expires_at, attempts, failed_before_ms)
         SELECT $1, $2, id, event, payload, 'pending', created_at, expires_at, 0, $3
         FROM unnest($4::text[], $5::text[], $6::bytea[], $7::bigint[], $8::bigint[]) WITH ORDINALITY
           AS put (id, event, payload, created_at, expires_at, place)
         ORDER BY place
         ON CONFLICT (session_id, receiver, event_id) DO NOTHING RETURNING 1)
       SELECT (SELECT count(*) FROM wactl.outbox WHERE ${ofBox} AND state = 'pending')
         + (SELECT count(*) FROM put) AS pending`,
      [
        ...placeOf(box),
        failedMs,
        events.map(({ id }) => id),
        events.map(({ type }) => type),
        events.map(({ id, body }) => seals.sealer().seal(Buffer.from(body), payloadPlace(box, id))),
        times(events.map(({ createdAt }) => createdAt)),
        times(events.map(({ expiresAt }) => expiresAt)),
      ],
    );
    return Number(row?.['pending']);
  }

  async countPending(box: Box): Promise<number> {
    const sql = `SELECT count(*) AS pending FROM wactl.outbox WHERE ${ofBox} AND state = 'pending'`;
    return Number((await this.#statements.rows(sql, placeOf(box)))[0]?.['pending']);
  }

  /** By session, of those that have any. */
  async countAllPending(): Promise<Map<string, number>> {
    const sql = `SELECT session_id, count(*) AS pending FROM wactl.outbox WHERE state = 'pending' GROUP BY session_id`;
    const rows = await this.#statements.rows(sql);
    return new Map(rows.map((row) => [String(row['session_id']), Number(row['pending'])]));
  }

  /** Boxes with pending events that need not wait any longer. */
  async due(now: Date): Promise<Box[]> {
    const sql = `SELECT DISTINCT session_id, receiver FROM wactl.outbox AS events
      WHERE state = 'pending' AND NOT EXISTS (SELECT 1 FROM wactl.receivers AS its
        WHERE its.session_id = events.session_id AND its.receiver = events.receiver
          AND its.next_attempt_at > $1 AND its.next_attempt_at - $1 <= its.wait_ms)
      ORDER BY session_id, receiver`;
    const rows = await this.#statements.rows(sql, [now.getTime()]);
    return rows.map((row) => ({ sessionId: String(row['session_id']), receiver: String(row['receiver']) }));
  }

  /** Those that events of the session are pending for. */
  async receivers(sessionId: string): Promise<string[]> {
    const sql = `SELECT DISTINCT receiver FROM wactl.outbox WHERE session_id = $1 AND state = 'pending' ORDER BY receiver`;
    return (await this.#statements.rows(sql, [sessionId])).map((row) => String(row['receiver']));
  }

  async remove(box: Box): Promise<void> {
    for (const table of ['outbox', 'receivers'])
      await this.#statements.run(`DELETE FROM wactl.${table} WHERE ${ofBox}`, placeOf(box));
  }

  async dropOldest(box: Box, count: number): Promise<void> {
    await this.#statements.run(
      `DELETE FROM wactl.outbox WHERE seq IN
         (SELECT seq FROM wactl.outbox WHERE ${ofBox} AND state = 'pending' ORDER BY seq LIMIT $3)`,
      [...placeOf(box), count],
    );
  }

  async deletePending(box: Box): Promise<void> {
    await this.#statements.run(`DELETE FROM wactl.outbox WHERE ${ofBox} AND state = 'pending'`, placeOf(box));
  }

  /** Returns how many there were. */
  async expire(box: Box, now: Date): Promise<number> {
    const expired = await this.#statements.run(
      `UPDATE wactl.outbox SET state = 'expired', payload = NULL
       WHERE ${ofBox} AND state = 'pending' AND expires_at <= $3`,
      [...placeOf(box), now.getTime()],
    );
    await this.#trim(box, 'expired');
    return expired;
  }

  /** Marks an unreadable event as failed and counts it as lost. Returns whether it was still pending. */
  async setAside(box: Box, seq: number, now: Date): Promise<boolean> {
    const changed = await this.#statements.run(
      `UPDATE wactl.outbox SET state = 'failed', payload = NULL, attempts = 0, last_attempt_at = $1, last_error = $2
       WHERE seq = $3 AND state = 'pending'`,
      [now.getTime(), unreadable, seq],
    );
    if (changed === 0) return false;
    const before = await this.readReceiver(box);
    await this.writeReceiver(box, { ...before, dropped: before.dropped + 1 });
    await this.#trim(box, 'failed');
    return true;
  }

  /** The first pending row, whole, and the time at which the first pending event expires. */
  async first(box: Box): Promise<{ readonly row: Row; readonly firstExpiryAt: Date | null } | undefined> {
    const expiry = `SELECT min(expires_at) FROM wactl.outbox
      WHERE ${ofBox} AND state = 'pending' AND expires_at IS NOT NULL`;
    const sql = `SELECT ${deliveries}, (${expiry}) AS first_expiry FROM wactl.outbox
      WHERE ${ofBox} AND state = 'pending' ORDER BY seq LIMIT 1`;
    const [row] = await this.#statements.rows(sql, placeOf(box));
    const firstExpiry = row?.['first_expiry'];
    return row && { row, firstExpiryAt: typeof firstExpiry === 'number' ? new Date(firstExpiry) : null };
  }

  /** The first pending rows, whole. */
  pending(box: Box, limit: number): Promise<Row[]> {
    const sql = `SELECT ${deliveries} FROM wactl.outbox WHERE ${ofBox} AND state = 'pending' ORDER BY seq LIMIT $3`;
    return this.#statements.rows(sql, [...placeOf(box), limit]);
  }

  /** The rows of all pending events of a session that do not expire, by receiver, in order. */
  waiting(sessionId: string): Promise<Row[]> {
    const sql = `SELECT ${deliveries} FROM wactl.outbox
      WHERE session_id = $1 AND state = 'pending' AND expires_at IS NULL ORDER BY receiver, seq`;
    return this.#statements.rows(sql, [sessionId]);
  }

  /** The last finished rows, whole, in order. */
  async finished(box: Box, limit: number): Promise<Row[]> {
    const sql = `SELECT ${deliveries} FROM wactl.outbox WHERE ${ofBox} AND state <> 'pending' ORDER BY seq DESC LIMIT $3`;
    return (await this.#statements.rows(sql, [...placeOf(box), limit])).reverse();
  }

  /** Counts an attempt at a pending event. Resolves to its seq; undefined when it is pending no longer. */
  async noteAttempt(box: Box, eventId: string, now: Date, error: string | null): Promise<number | undefined> {
    const sql = `UPDATE wactl.outbox SET attempts = attempts + 1, last_attempt_at = $4, last_error = $5
      WHERE ${ofBox} AND state = 'pending' AND event_id = $3 RETURNING seq`;
    const [row] = await this.#statements.rows(sql, [...placeOf(box), eventId, now.getTime(), error]);
    return row && Number(row['seq']);
  }

  async finish(box: Box, seq: number, state: Finished, now: Date): Promise<void> {
    await this.#statements.run(
      `UPDATE wactl.outbox SET state = $1, finished_at = $2, ${contentUnlessItExpires} WHERE seq = $3`,
      [state, now.getTime(), seq],
    );
    await this.#trim(box, state);
  }

  /** Gives up the pending events that were appended before the receiver had failed for that long. */
  async giveUp(box: Box, failedMs: number, error: string, now: Date): Promise<void> {
    await this.#statements.run(
      `UPDATE wactl.outbox SET state = 'failed', finished_at = $3, last_error = $4, ${contentUnlessItExpires}
       WHERE ${ofBox} AND state = 'pending' AND failed_before_ms <= $5`,
      [...placeOf(box), now.getTime(), error, failedMs],
    );
    await this.#trim(box, 'failed');
  }

  /** Makes finished events pending again, the oldest first, at most so many. Returns how many. */
  replay(box: Box, which: ReplaySelection, failedMs: number, most: number): Promise<number> {
    const { since, eventId, onlyFailed = false } = which;
    const values: Value[] = [...placeOf(box), failedMs, most];
    const mark = (value: Value): string => `$${String(values.push(value))}`;
    const conditions = [
      `${ofBox} AND state ${onlyFailed ? `= 'failed'` : `IN ('delivered', 'failed')`} AND payload IS NOT NULL`,
      ...(since ? [`created_at >= ${mark(since.getTime())}`] : []),
      ...(eventId === undefined ? [] : [`event_id = ${mark(eventId)}`]),
    ].join(' AND ');
    return this.#statements.run(
      `UPDATE wactl.outbox SET state = 'pending', finished_at = NULL, failed_before_ms = $3 WHERE seq IN
         (SELECT seq FROM wactl.outbox WHERE ${conditions} ORDER BY seq LIMIT $4)`,
      values,
    );
  }

  /** Erases the contents of events that were finished long ago, but for those that somebody else is changing. */
  async forget(now: Date): Promise<void> {
    await this.#statements.run(
      `UPDATE wactl.outbox SET payload = NULL WHERE seq IN
         (SELECT seq FROM wactl.outbox WHERE payload IS NOT NULL AND finished_at IS NOT NULL AND finished_at <= $1
          FOR UPDATE SKIP LOCKED)`,
      [now.getTime() - contentKeptMs],
    );
  }

  async readReceiver(box: Box): Promise<Receiver> {
    const sql = `SELECT ${receiver} FROM wactl.receivers WHERE ${ofBox}`;
    return receiverOf((await this.#statements.rows(sql, placeOf(box)))[0]);
  }

  async writeReceiver(box: Box, it: Receiver): Promise<void> {
    const marks = receiverFields.map((_, index) => `$${String(index + 3)}`).join();
    await this.#statements.run(
      `INSERT INTO wactl.receivers (session_id, receiver, ${receiver}) VALUES ($1, $2, ${marks})
       ON CONFLICT (session_id, receiver) DO UPDATE SET (${receiver}) = (${marks})`,
      [...placeOf(box), ...receiverValues(it)],
    );
  }

  async #trim(box: Box, state: Finished): Promise<void> {
    await this.#statements.run(
      `DELETE FROM wactl.outbox WHERE ${ofBox} AND state = $3 AND seq <=
         (SELECT seq FROM wactl.outbox WHERE ${ofBox} AND state = $3 ORDER BY seq DESC LIMIT 1 OFFSET $4)`,
      [...placeOf(box), state, finishedLimits[state]],
    );
  }
}

const placeOf = ({ sessionId, receiver }: Box): readonly [string, string] => [sessionId, receiver];
