import { contentKeptMs, finishedLimits } from '../domain/delivery.ts';
import { columns } from './driver.ts';
import type { Database, Row } from './driver.ts';
import { deliveryColumns, payloadPlace, receiverColumns, receiverOf, unreadable } from './outbox-row.ts';
import type { SecretSeals } from './seal.ts';
import type { DeliveryState, OutboxEvent, Receiver, ReplaySelection } from '../domain/delivery.ts';

type Finished = Exclude<DeliveryState, 'pending'>;

/** A QR or a code is kept no longer than until it is delivered. */
const contentUnlessItExpires = 'payload = iif(expires_at IS NULL, payload, NULL)';

/** The tables `outbox` and `receivers`. Everything here runs inside the caller's transaction. */
export class OutboxTable {
  readonly #db: Database;
  readonly #seals: Pick<SecretSeals, 'sealer'>;

  constructor(db: Database, seals: Pick<SecretSeals, 'sealer'>) {
    this.#db = db;
    this.#seals = seals;
  }

  hasSession(sessionId: string): boolean {
    return this.#db.rows('SELECT 1 FROM sessions WHERE id = ?', [sessionId]).length > 0;
  }

  /** Does nothing when there is an event with that id. `failedMs`: of the receiver, by now. */
  insert(sessionId: string, event: OutboxEvent, failedMs: number): void {
    const { id, type, body, createdAt, expiresAt } = event;
    this.#db.run(
      `INSERT INTO outbox (session_id, event_id, event, payload, state, created_at, expires_at, attempts, failed_before_ms)
       VALUES (?, ?, ?, ?, 'pending', ?, ?, 0, ?)
       ON CONFLICT (event_id) DO NOTHING`,
      [
        sessionId,
        id,
        type,
        this.#seals.sealer().seal(Buffer.from(body), payloadPlace(sessionId, id)),
        createdAt.getTime(),
        expiresAt?.getTime() ?? null,
        failedMs,
      ],
    );
  }

  countPending(sessionId: string): number {
    const sql = `SELECT count(*) AS pending FROM outbox WHERE session_id = ? AND state = 'pending'`;
    return Number(this.#db.rows(sql, [sessionId])[0]?.['pending']);
  }

  /** By session, of those that have any. */
  countAllPending(): Map<string, number> {
    const sql = `SELECT session_id, count(*) AS pending FROM outbox WHERE state = 'pending' GROUP BY session_id`;
    return new Map(this.#db.rows(sql, []).map((row) => [String(row['session_id']), Number(row['pending'])]));
  }

  /** Sessions with pending events that need not wait any longer. */
  due(now: Date): string[] {
    const sql = `SELECT ${columns(['id'])} FROM sessions
      WHERE EXISTS (SELECT 1 FROM outbox WHERE session_id = sessions.id AND state = 'pending')
        AND NOT EXISTS (SELECT 1 FROM receivers
          WHERE session_id = sessions.id AND next_attempt_at > ?1 AND next_attempt_at - ?1 <= wait_ms)
      ORDER BY sessions.id`;
    return this.#db.rows(sql, [now.getTime()]).map((row) => String(row['id']));
  }

  dropOldest(sessionId: string, count: number): void {
    this.#db.run(
      `DELETE FROM outbox WHERE seq IN
         (SELECT seq FROM outbox WHERE session_id = ? AND state = 'pending' ORDER BY seq LIMIT ?)`,
      [sessionId, count],
    );
  }

  deletePending(sessionId: string): void {
    this.#db.run(`DELETE FROM outbox WHERE session_id = ? AND state = 'pending'`, [sessionId]);
  }

  /** The time at which the first pending event expires. */
  firstExpiry(sessionId: string): Date | null {
    const sql = `SELECT min(expires_at) AS first FROM outbox
      WHERE session_id = ? AND state = 'pending' AND expires_at IS NOT NULL`;
    const first = this.#db.rows(sql, [sessionId])[0]?.['first'];
    return typeof first === 'number' ? new Date(first) : null;
  }

  /** Returns how many there were. */
  expire(sessionId: string, now: Date): number {
    const expired = this.#db.run(
      `UPDATE outbox SET state = 'expired', payload = NULL
       WHERE session_id = ? AND state = 'pending' AND expires_at <= ?`,
      [sessionId, now.getTime()],
    );
    this.#trim(sessionId, 'expired');
    return expired;
  }

  /** Marks an unreadable event as failed and counts it as lost. Returns whether it was still pending. */
  setAside(sessionId: string, seq: number, now: Date): boolean {
    const changed = this.#db.run(
      `UPDATE outbox SET state = 'failed', payload = NULL, attempts = 0, last_attempt_at = ?, last_error = ?
       WHERE seq = ? AND state = 'pending'`,
      [now.getTime(), unreadable, seq],
    );
    if (changed === 0) return false;
    const receiver = this.readReceiver(sessionId);
    this.writeReceiver(sessionId, { ...receiver, dropped: receiver.dropped + 1 });
    this.#trim(sessionId, 'failed');
    return true;
  }

  /**
   * The seq of a pending event. It is looked up among the session's own events, not in the index of ids: if that index
   * were damaged, an attempt would not be recorded, and the event would be delivered again and again.
   */
  seqOf(sessionId: string, eventId: string): number | undefined {
    const sql = `SELECT seq FROM outbox WHERE session_id = ? AND state = 'pending' AND +event_id = ?
      ORDER BY seq LIMIT 1`;
    return this.#db.rows(sql, [sessionId, eventId])[0]?.['seq'] as number | undefined;
  }

  /** The first pending rows, whole. */
  pending(sessionId: string, limit: number): Row[] {
    const sql = `SELECT ${deliveryColumns} FROM outbox WHERE session_id = ? AND state = 'pending' ORDER BY outbox.seq LIMIT ?`;
    return this.#db.rows(sql, [sessionId, limit]);
  }

  /** The last finished rows, whole, in order. */
  finished(sessionId: string, limit: number): Row[] {
    const sql = `SELECT ${deliveryColumns} FROM outbox WHERE session_id = ? AND state <> 'pending' ORDER BY outbox.seq DESC LIMIT ?`;
    return this.#db.rows(sql, [sessionId, limit]).reverse();
  }

  /** Counts an attempt. */
  noteAttempt(seq: number, now: Date, error: string | null): void {
    this.#db.run(
      'UPDATE outbox SET attempts = attempts + 1, last_attempt_at = ?, last_error = ? WHERE seq = ?',
      [now.getTime(), error, seq],
    );
  }

  finish(sessionId: string, seq: number, state: Finished, now: Date): void {
    this.#db.run(`UPDATE outbox SET state = ?, finished_at = ?, ${contentUnlessItExpires} WHERE seq = ?`, [
      state,
      now.getTime(),
      seq,
    ]);
    this.#trim(sessionId, state);
  }

  /** Gives up the pending events that were appended before the receiver had failed for that long. */
  giveUp(sessionId: string, failedMs: number, error: string, now: Date): void {
    this.#db.run(
      `UPDATE outbox SET state = 'failed', finished_at = ?, last_error = ?, ${contentUnlessItExpires}
       WHERE session_id = ? AND state = 'pending' AND failed_before_ms <= ?`,
      [now.getTime(), error, sessionId, failedMs],
    );
    this.#trim(sessionId, 'failed');
  }

  /** Makes finished events pending again, the oldest first, at most so many. Returns how many. */
  replay(sessionId: string, which: ReplaySelection, failedMs: number, most: number): number {
    const { since, eventId, onlyFailed = false } = which;
    const conditions = [
      `session_id = ? AND state ${onlyFailed ? `= 'failed'` : `IN ('delivered', 'failed')`} AND payload IS NOT NULL`,
      ...(since ? ['created_at >= ?'] : []),
      ...(eventId === undefined ? [] : ['+event_id = ?']),
    ].join(' AND ');
    return this.#db.run(
      `UPDATE outbox SET state = 'pending', finished_at = NULL, failed_before_ms = ? WHERE seq IN
         (SELECT seq FROM outbox WHERE ${conditions} ORDER BY seq LIMIT ?)`,
      [
        failedMs,
        sessionId,
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

  readReceiver(sessionId: string): Receiver {
    return receiverOf(
      this.#db.rows(`SELECT ${receiverColumns} FROM receivers WHERE session_id = ?`, [sessionId])[0],
    );
  }

  writeReceiver(sessionId: string, receiver: Receiver): void {
    this.#db.run(
      `INSERT OR REPLACE INTO receivers
         (session_id, url, failures, failing_since, failed_ms, absent_ms, next_attempt_at, wait_ms, turned_off_at, dropped)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        sessionId,
        receiver.url,
        receiver.failures,
        receiver.failingSince?.getTime() ?? null,
        receiver.failedMs,
        receiver.absentMs,
        receiver.nextAttemptAt?.getTime() ?? null,
        receiver.waitMs,
        receiver.turnedOffAt?.getTime() ?? null,
        receiver.dropped,
      ],
    );
  }

  #trim(sessionId: string, state: Finished): void {
    this.#db.run(
      `DELETE FROM outbox WHERE session_id = ?1 AND state = ?2 AND seq <=
         (SELECT seq FROM outbox WHERE session_id = ?1 AND state = ?2 ORDER BY seq DESC LIMIT 1 OFFSET ?3)`,
      [sessionId, state, finishedLimits[state]],
    );
  }
}
