import type { ReplaySelection } from '../domain/delivery.ts';
import type {
  DeliveriesRecord,
  ReplayRecord,
  TestRecord,
  WebhookRecord,
  WebhooksRecord,
} from '../schema/delivery-schema.ts';
import type { Session } from '../domain/session.ts';

/**
 * The webhooks of sessions, whichever process holds them. `name` is that of one of a session's webhooks, "default", or
 * "global". Without such a webhook, a method throws UsageError ("default") or `not_found`.
 */
export interface WebhookControl {
  /** All that the session's events go to, and how each is doing. */
  all(session: Session): Promise<WebhooksRecord>;
  describe(session: Session, name: string): Promise<WebhookRecord>;
  /** At most `limit` finished and `limit` pending deliveries. "default" may have been removed. */
  list(session: Session, name: string, limit: number): Promise<DeliveriesRecord>;
  /**
   * Sends a `webhook.test` event at once. When the receiver accepts it, pending events follow: a webhook that a 410
   * turned off is on again, and any delay ends.
   */
  test(session: Session, name: string, signal: AbortSignal): Promise<TestRecord>;
  /**
   * Sends finished events again, in their order, before those that wait. Throws `not_found` when the one that was named is
   * not kept.
   */
  replay(session: Session, name: string, which: ReplaySelection, signal: AbortSignal): Promise<ReplayRecord>;
  /**
   * Call it after the session's webhooks or proxy were changed: pending events are tried at once. Those of `removed`
   * webhooks are removed; of "default", what was finished stays. Does not fail when the holder does not answer: the holder
   * sees the change later.
   */
  changed(session: Session, removed: readonly string[], signal: AbortSignal): Promise<void>;
}
