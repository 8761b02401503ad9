import type { Box } from '../domain/box.ts';
import type { WaitingEvent } from '../domain/whole-session.ts';
import { contentKeptMs, finishedLimits } from '../domain/delivery.ts';
import { columns } from './driver.ts';
import type { Database } from './driver.ts';
import type { Row } from './row-values.ts';
import {
  deliveryFields,
  payloadPlace,
  receiverFields,
  receiverOf,
  receiverValues,
  unreadable,
  waitingEventOf,
} from './outbox-row.ts';
import type { SecretSeals } from './seal.ts';
import type { DeliveryState, OutboxEvent, Receiver, ReplaySelection } from '../domain/delivery.ts';

type Finished = Exclude<DeliveryState, 'pending'>;

/** A QR or a code is kept no longer than until it is delivered. */
const contentUnlessItExpires = 'payload = iif(expires_at IS NULL, payload, NULL)';

/** The tables `outbox` and `receivers`. Everything here runs inside the caller's transaction. */
export class OutboxTable {
  readonly #db: Database;
  readonly #seals: SecretSeals;

  constructor(db: Database, seals: SecretSeals) {
    this.#db = db;
    this.#seals = seals;
  }

  hasSession(sessionId: string): boolean {
    return this.#db.rows('SELECT 1 FROM sessions WHERE id = ?', [sessionId]).length > 0;
  }

  /** Does nothing when there is an event with that id. `failedMs`: of the receiver, by now. */
  insert(box: Box, event: OutboxEvent, failedMs: number): void {
    const { id, type, body, createdAt, expiresAt } = event;
    this.#db.run(
      `INSERT INTO outbox
         (session_id, receiver, event_id, event, payload, state, created_at, expires_at, attempts, failed_before_ms)
       VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, 0, ?)
       ON CONFLICT (session_id, receiver, event_id) DO NOTHING`,
      [
        ...placeOf(box),
        id,
        type,
        this.#seals.sealer().seal(Buffer.from(body), payloadPlace(box, id)),
        createdAt.getTime(),
        expiresAt?.getTime() ?? null,
        failedMs,
      ],
    );
  }

  countPending(box: Box): number {
    const sql = `SELECT count(*) AS pending FROM outbox WHERE session_id = ? AND receiver = ? AND state = 'pending'`;
    return Number(this.#db.rows(sql, placeOf(box))[0]?.['pending']);
  }

  /** By session, of those that have any. */
  countAllPending(): Map<string, number> {
    const sql = `SELECT session_id, count(*) AS pending FROM outbox WHERE state = 'pending' GROUP BY session_id`;
    return new Map(this.#db.rows(sql, []).map((row) => [String(row['session_id']), Number(row['pending'])]));
  }

  /** Boxes with pending events that need not wait any longer. */
  due(now: Date): Box[] {
    const sql = `${everyBox} SELECT ${columns(['session_id', 'receiver'])} FROM boxes
      WHERE EXISTS (SELECT 1 FROM outbox
          WHERE session_id = boxes.session_id AND receiver = boxes.receiver AND state = 'pending')
        AND NOT EXISTS (SELECT 1 FROM receivers
          WHERE session_id = boxes.session_id AND receiver = boxes.receiver
            AND next_attempt_at > ?1 AND next_attempt_at - ?1 <= wait_ms)
      ORDER BY boxes.session_id, boxes.receiver`;
    return this.#db
      .rows(sql, [now.getTime()])
      .map((row) => ({ sessionId: String(row['session_id']), receiver: String(row['receiver']) }));
  }

  /** Those that events of the session are pending for. */
  receivers(sessionId: string): string[] {
    const sql = `SELECT DISTINCT ${columns(['receiver'])} FROM outbox
      WHERE session_id = ? AND state = 'pending' ORDER BY outbox.receiver`;
    return this.#db.rows(sql, [sessionId]).map((row) => String(row['receiver']));
  }

  remove(box: Box): void {
    for (const table of ['outbox', 'receivers', 'delivery_claims'])
      this.#db.run(`DELETE FROM ${table} WHERE session_id = ? AND receiver = ?`, placeOf(box));
  }

  dropOldest(box: Box, count: number): void {
    this.#db.run(
      `DELETE FROM outbox WHERE seq IN
         (SELECT seq FROM outbox WHERE session_id = ? AND receiver = ? AND state = 'pending' ORDER BY seq LIMIT ?)`,
      [...placeOf(box), count],
    );
  }

  deletePending(box: Box): void {
    this.#db.run(
      `DELETE FROM outbox WHERE session_id = ? AND receiver = ? AND state = 'pending'`,
      placeOf(box),
    );
  }

  /** The time at which the first pending event expires. */
  firstExpiry(box: Box): Date | null {
    const sql = `SELECT min(expires_at) AS first FROM outbox
      WHERE session_id = ? AND receiver = ? AND state = 'pending' AND expires_at IS NOT NULL`;
    const first = this.#db.rows(sql, placeOf(box))[0]?.['first'];
    return typeof first === 'number' ? new Date(first) : null;
  }

  /** Returns how many there were. */
  expire(box: Box, now: Date): number {
    const expired = this.#db.run(
      `UPDATE outbox SET state = 'expired', payload = NULL
       WHERE session_id = ? AND receiver = ? AND state = 'pending' AND expires_at <= ?`,
      [...placeOf(box), now.getTime()],
    );
    this.#trim(box, 'expired');
    return expired;
  }

  /** Marks an unreadable event as failed and counts it as lost. Returns whether it was still pending. */
  setAside(box: Box, seq: number, now: Date): boolean {
    const changed = this.#db.run(
      `UPDATE outbox SET state = 'failed', payload = NULL, attempts = 0, last_attempt_at = ?, last_error = ?
       WHERE seq = ? AND state = 'pending'`,
      [now.getTime(), unreadable, seq],
    );
    if (changed === 0) return false;
    const receiver = this.readReceiver(box);
    this.writeReceiver(box, { ...receiver, dropped: receiver.dropped + 1 });
    this.#trim(box, 'failed');
    return true;
  }

  /**
   * The seq of a pending event. It is looked up among the session's own events, not in the index of ids: if that index
   * were damaged, an attempt would not be recorded, and the event would be delivered again and again.
   */
  seqOf(box: Box, eventId: string): number | undefined {
    const sql = `SELECT seq FROM outbox WHERE session_id = ? AND receiver = ? AND state = 'pending' AND +event_id = ?
      ORDER BY seq LIMIT 1`;
    return this.#db.rows(sql, [...placeOf(box), eventId])[0]?.['seq'] as number | undefined;
  }

  /** The first pending rows, whole. */
  pending(box: Box, limit: number): Row[] {
    const sql = `SELECT ${deliveryColumns} FROM outbox WHERE session_id = ? AND receiver = ? AND state = 'pending' ORDER BY outbox.seq LIMIT ?`;
    return this.#db.rows(sql, [...placeOf(box), limit]);
  }

  /** All pending events of a session that do not expire and can be read, by receiver, in order. */
  waiting(sessionId: string): WaitingEvent[] {
    const sql = `SELECT ${deliveryColumns} FROM outbox
      WHERE session_id = ? AND state = 'pending' AND expires_at IS NULL ORDER BY outbox.receiver, outbox.seq`;
    return this.#db.rows(sql, [sessionId]).flatMap((row) => waitingEventOf(row, this.#seals) ?? []);
  }

  /** The last finished rows, whole, in order. */
  finished(box: Box, limit: number): Row[] {
    const sql = `SELECT ${deliveryColumns} FROM outbox WHERE session_id = ? AND receiver = ? AND state <> 'pending' ORDER BY outbox.seq DESC LIMIT ?`;
    return this.#db.rows(sql, [...placeOf(box), limit]).reverse();
  }

  /** Counts an attempt. */
  noteAttempt(seq: number, now: Date, error: string | null): void {
    this.#db.run(
      'UPDATE outbox SET attempts = attempts + 1, last_attempt_at = ?, last_error = ? WHERE seq = ?',
      [now.getTime(), error, seq],
    );
  }

  finish(box: Box, seq: number, state: Finished, now: Date): void {
    this.#db.run(`UPDATE outbox SET state = ?, finished_at = ?, ${contentUnlessItExpires} WHERE seq = ?`, [
      state,
      now.getTime(),
      seq,
    ]);
    this.#trim(box, state);
  }

  /** Gives up the pending events that were appended before the receiver had failed for that long. */
  giveUp(box: Box, failedMs: number, error: string, now: Date): void {
    this.#db.run(
      `UPDATE outbox SET state = 'failed', finished_at = ?, last_error = ?, ${contentUnlessItExpires}
       WHERE session_id = ? AND receiver = ? AND state = 'pending' AND failed_before_ms <= ?`,
      [now.getTime(), error, ...placeOf(box), failedMs],
    );
    this.#trim(box, 'failed');
  }

  /** Makes finished events pending again, the oldest first, at most so many. Returns how many. */
  replay(box: Box, which: ReplaySelection, failedMs: number, most: number): number {
    const { since, eventId, onlyFailed = false } = which;
    const conditions = [
      `session_id = ? AND receiver = ? AND state ${onlyFailed ? `= 'failed'` : `IN ('delivered', 'failed')`} AND payload IS NOT NULL`,
      ...(since ? ['created_at >= ?'] : []),
      ...(eventId === undefined ? [] : ['+event_id = ?']),
    ].join(' AND ');
    return this.#db.run(
      `UPDATE outbox SET state = 'pending', finished_at = NULL, failed_before_ms = ? WHERE seq IN
         (SELECT seq FROM outbox WHERE ${conditions} ORDER BY seq LIMIT ?)`,
      [
        failedMs,
        ...placeOf(box),
        ...(since ? [since.getTime()] : []),
        ...(eventId === undefined ? [] : [eventId]),
        most,
      ],
    );
  }

  /** Erases the contents of events that were finished long ago. */
  forget(now: Date): void {
    this.#db.run(
      `UPDATE outbox SET payload = NULL
       WHERE payload IS NOT NULL AND finished_at IS NOT NULL AND finished_at <= ?`,
      [now.getTime() - contentKeptMs],
    );
  }

  readReceiver(box: Box): Receiver {
    return receiverOf(
      this.#db.rows(
        `SELECT ${receiverColumns} FROM receivers WHERE session_id = ? AND receiver = ?`,
        placeOf(box),
      )[0],
    );
  }

  writeReceiver(box: Box, receiver: Receiver): void {
    const marks = receiverFields.map(() => '?').join();
    this.#db.run(
      `INSERT OR REPLACE INTO receivers (session_id, receiver, ${receiverFields.join()}) VALUES (?, ?, ${marks})`,
      [...placeOf(box), ...receiverValues(receiver)],
    );
  }

  #trim(box: Box, state: Finished): void {
    this.#db.run(
      `DELETE FROM outbox WHERE session_id = ?1 AND receiver = ?2 AND state = ?3 AND seq <=
         (SELECT seq FROM outbox WHERE session_id = ?1 AND receiver = ?2 AND state = ?3
          ORDER BY seq DESC LIMIT 1 OFFSET ?4)`,
      [...placeOf(box), state, finishedLimits[state]],
    );
  }
}

const deliveryColumns = columns(deliveryFields);
const receiverColumns = columns(receiverFields);

const placeOf = ({ sessionId, receiver }: Box): readonly [string, string] => [sessionId, receiver];

/**
 * The table `boxes`: each pair of session and receiver that has events. One step of the index for each, however many events
 * it has. UNION ends it even if the index is damaged.
 */
const everyBox = `WITH RECURSIVE boxes (seq, session_id, receiver) AS (
    SELECT * FROM (SELECT seq, session_id, receiver FROM outbox ORDER BY session_id, receiver LIMIT 1)
    UNION
    SELECT outbox.seq, outbox.session_id, outbox.receiver FROM boxes JOIN outbox ON outbox.seq =
      (SELECT seq FROM outbox AS later WHERE (later.session_id, later.receiver) > (boxes.session_id, boxes.receiver)
       ORDER BY later.session_id, later.receiver LIMIT 1)
  )`;
