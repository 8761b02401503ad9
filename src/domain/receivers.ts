import { firstReceiver, globalReceiver } from './box.ts';
import type { NamedWebhook, Session, Webhook } from './session.ts';

/** Where the events of a session go: to its own webhooks, and to the one that the settings give to every session. */
export function receiversOf(
  { webhook, otherWebhooks }: Pick<Session, 'webhook' | 'otherWebhooks'>,
  globalWebhook: Webhook | null,
): readonly NamedWebhook[] {
  const first = webhook ? [{ ...webhook, name: firstReceiver }] : [];
  const last = globalWebhook ? [{ ...globalWebhook, name: globalReceiver }] : [];
  return [...first, ...otherWebhooks, ...last];
}
