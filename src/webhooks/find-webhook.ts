import { NoSuchWebhookError, UsageError } from '../errors.ts';
import { firstReceiver } from '../domain/box.ts';
import { receiversOf } from '../domain/receivers.ts';
import type { NamedWebhook, Session, Webhook } from '../domain/session.ts';

/** The webhook of this name. Throws UsageError, `not_found`. */
export function needWebhook(session: Session, globalWebhook: Webhook | null, name: string): NamedWebhook {
  const found = receiversOf(session, globalWebhook).find((one) => one.name === name);
  if (found) return found;
  if (name !== firstReceiver) throw new NoSuchWebhookError(session.id, name);
  throw new UsageError(
    `${session.id} has no webhook`,
    `add one with: wactl update ${session.id} --webhook-url URL`,
  );
}
