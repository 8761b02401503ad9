import type { ReplaySelection } from '../domain/delivery.ts';
import type { DeliveriesRecord, ReplayRecord, TestRecord } from '../schema/delivery-schema.ts';
import type { Session } from '../domain/session.ts';

/** The webhooks of sessions, whichever process holds them. */
export interface WebhookControl {
  /** At most `limit` finished and `limit` pending deliveries. */
  list(session: Session, limit: number): Promise<DeliveriesRecord>;
  /**
   * Sends a `webhook.test` event at once. When the receiver accepts it, pending events follow: a webhook that a 410
   * turned off is on again, and any delay ends. Throws UsageError when the session has no webhook.
   */
  test(session: Session, signal: AbortSignal): Promise<TestRecord>;
  /**
   * Sends finished events again, in their order, before those that wait. Throws UsageError when the session has no
   * webhook, `not_found` when the one that was named is not kept.
   */
  replay(session: Session, which: ReplaySelection, signal: AbortSignal): Promise<ReplayRecord>;
  /**
   * Call it after the session's webhook or proxy was changed: pending events are tried at once, or removed when the
   * webhook was removed. Does not fail when the holder does not answer: the holder sees the change later.
   */
  changed(session: Session, signal: AbortSignal): Promise<void>;
}
