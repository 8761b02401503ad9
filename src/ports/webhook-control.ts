import type { DeliveriesRecord, TestRecord } from '../schema/delivery-record.ts';
import type { Session } from '../domain/session.ts';

/** The webhooks of sessions, whoever holds them. */
export interface WebhookControl {
  /** At most `limit` of those that are done, and of those that wait. */
  list(session: Session, limit: number): Promise<DeliveriesRecord>;
  /**
   * Sends a `webhook.test` event at once. When it is taken, so is what waits: a webhook that a 410 turned off is on
   * again, a delay is over. Throws UsageError when the session has no webhook.
   */
  test(session: Session, signal: AbortSignal): Promise<TestRecord>;
  /**
   * The webhook of the session, or its proxy, was changed to this: what waits is tried at once, or forgotten when there
   * is no webhook any more. Does not fail when who holds the session does not answer: that one sees it later.
   */
  changed(session: Session, signal: AbortSignal): Promise<void>;
}
