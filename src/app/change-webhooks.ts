import { firstReceiver } from '../domain/box.ts';
import { withoutWebhook, withWebhook } from '../domain/other-webhooks.ts';
import { parseReceiverName } from '../domain/receiver-name.ts';
import type { NamedWebhook, Session } from '../domain/session.ts';
import { checkWebhookRoutes } from '../domain/webhook.ts';
import type { WebhookChange } from '../domain/webhook.ts';
import type { CallOptions } from '../ports/wactl.ts';
import type { WebhookRecord } from '../schema/delivery-schema.ts';
import { sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';
import { updateSession } from './update-session.ts';

type Parts = Pick<AppParts, 'records' | 'holder' | 'webhooks'>;

/** Adds the webhook of this name to a session, or changes the one that there is. */
export async function setWebhook(
  parts: Parts,
  id: string,
  given: string,
  change: WebhookChange,
  options: CallOptions,
): Promise<WebhookRecord> {
  const name = parseReceiverName(given);
  const session = await sessionAt(await parts.records(), id);
  const changed =
    name === firstReceiver
      ? await updateSession(parts, id, { webhook: change }, options)
      : await store(parts, session, withWebhook(session, name, change), [], options);
  return (await parts.webhooks()).describe(changed, name);
}

/** Removes the webhook of this name from a session, with what waits for it. */
export async function removeWebhook(
  parts: Parts,
  id: string,
  name: string,
  options: CallOptions,
): Promise<void> {
  const session = await sessionAt(await parts.records(), id);
  if (name === firstReceiver && session.webhook) {
    await updateSession(parts, id, { webhook: { url: null } }, options);
    return;
  }
  await store(parts, session, withoutWebhook(session, name), [name], options);
}

async function store(
  parts: Parts,
  session: Session,
  otherWebhooks: readonly NamedWebhook[],
  removed: readonly string[],
  { signal }: CallOptions,
): Promise<Session> {
  checkWebhookRoutes({ ...session, otherWebhooks });
  const updated = await (await parts.records()).update(session.id, { otherWebhooks });
  await (await parts.webhooks()).changed(updated, removed, signal);
  return updated;
}
