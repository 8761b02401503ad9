import { NoSuchWebhookError, UsageError } from '../errors.ts';
import { changeWebhook } from './webhook.ts';
import type { WebhookChange } from './webhook.ts';
import type { NamedWebhook, Session } from './session.ts';

/** How many webhooks a session may have besides its first one. */
const mostOtherWebhooks = 20;

/** The further webhooks of a session, with the one of this name added or changed. Throws UsageError. */
export function withWebhook(
  { id, otherWebhooks }: Pick<Session, 'id' | 'otherWebhooks'>,
  name: string,
  change: WebhookChange,
): readonly NamedWebhook[] {
  const current = otherWebhooks.find((one) => one.name === name) ?? null;
  const changed = changeWebhook(current, change);
  if (!changed) throw new NoSuchWebhookError(id, name);
  const others = otherWebhooks.filter((one) => one.name !== name);
  if (others.length >= mostOtherWebhooks) {
    throw new UsageError(
      `a session may have at most ${String(mostOtherWebhooks)} webhooks besides its first one`,
      `see them with: wactl webhook show ${id}`,
    );
  }
  return [...others, { ...changed, name }].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The further webhooks of a session without the one of this name. Throws `not_found`. */
export function withoutWebhook(
  { id, otherWebhooks }: Pick<Session, 'id' | 'otherWebhooks'>,
  name: string,
): readonly NamedWebhook[] {
  const others = otherWebhooks.filter((one) => one.name !== name);
  if (others.length === otherWebhooks.length) throw new NoSuchWebhookError(id, name);
  return others;
}
