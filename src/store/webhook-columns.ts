import { webhookEvents } from '../domain/session.ts';
import type { NamedWebhook, Session, Webhook, WebhookEvent } from '../domain/session.ts';
import type { WebhookHeaders } from '../domain/webhook-headers.ts';
import type { Row } from './row-values.ts';
import { isText, isTruth, required } from './row-values.ts';
import type { SecretSeals } from './seal.ts';
import { sealedText, unsealedText } from './sealed-text.ts';

/** The columns of a session's webhooks: the first one has a column for each field, all others share one. */
export const webhookColumns = ({ id, webhook, otherWebhooks }: Session, seals: SecretSeals): Row => ({
  webhook_url: webhook?.url ?? null,
  webhook_events: webhook ? JSON.stringify(webhook.events) : null,
  webhook_secret: sealedText(webhook?.secret ?? null, id, 'webhook_secret', seals),
  webhook_headers: sealedText(textOf(webhook?.headers), id, 'webhook_headers', seals),
  webhook_via_proxy: webhook ? (webhook.viaProxy ? 1 : 0) : null,
  other_webhooks: sealedText(
    textOf(otherWebhooks.length > 0 ? otherWebhooks : undefined),
    id,
    'other_webhooks',
    seals,
  ),
});

const textOf = (value: object | undefined): string | null => (value ? JSON.stringify(value) : null);

/** Throws TypeError when `webhookColumns` did not make a column. */
export function webhookOf(row: Row, id: string, seals: Pick<SecretSeals, 'open'>): Webhook | null {
  if (row['webhook_url'] === null) return null;
  const events: unknown = JSON.parse(required(row, 'webhook_events', isText));
  if (!Array.isArray(events) || !events.every(isWebhookEvent)) throw new TypeError('column webhook_events');
  return {
    url: required(row, 'webhook_url', isText),
    events,
    secret: unsealedText(row, id, 'webhook_secret', seals),
    ...headersIn(unsealedText(row, id, 'webhook_headers', seals)),
    viaProxy: required(row, 'webhook_via_proxy', isTruth) === 1,
  };
}

/** An empty text is one that was not opened. */
export const headersIn = (text: string | null): Pick<Webhook, 'headers'> =>
  text === null || text === '' ? {} : { headers: JSON.parse(text) as WebhookHeaders };

/** Throws TypeError when it is damaged. */
export const otherWebhooksOf = (
  row: Row,
  id: string,
  seals: Pick<SecretSeals, 'open'>,
): readonly NamedWebhook[] => otherWebhooksIn(unsealedText(row, id, 'other_webhooks', seals));

/** An empty text is one that was not opened. */
export const otherWebhooksIn = (text: string | null): readonly NamedWebhook[] =>
  text === null || text === '' ? [] : (JSON.parse(text) as NamedWebhook[]);

const isWebhookEvent = (value: unknown): value is WebhookEvent =>
  (webhookEvents as readonly unknown[]).includes(value);
