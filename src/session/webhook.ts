import { UsageError } from '../errors.ts';
import { isLoopback } from './loopback.ts';
import { webhookEvents } from './session.ts';
import type { Webhook, WebhookEvent } from './session.ts';

/** Reads a webhook address: https, or http to this machine. Throws UsageError. */
export function parseWebhookUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UsageError('the webhook address is no http address', 'give it as https://example.com/path');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new UsageError('a webhook address beyond this machine must begin with https://');
  }
  return url.href;
}

/** Reads "session.qr,message"; "all" means all. Throws UsageError. */
export function parseWebhookEvents(text: string): readonly WebhookEvent[] {
  if (text.trim() === 'all') return webhookEvents;
  const given = text.split(',').map((word) => word.trim());
  const known = webhookEvents.filter((event) => given.includes(event));
  const unknown = given.find((word) => !(webhookEvents as readonly string[]).includes(word));
  if (unknown !== undefined) {
    throw new UsageError(
      `"${unknown}" is no webhook event`,
      `one or more of: all, ${webhookEvents.join(', ')}`,
    );
  }
  return known;
}

/** Checks a signing secret in the form of Standard Webhooks, "whsec_" and 24 to 64 bytes in base64. Throws UsageError. */
export function parseWebhookSecret(text: string): string {
  const match = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text);
  const size = match?.[1] === undefined ? 0 : Buffer.from(match[1], 'base64').length;
  if (size >= 24 && size <= 64) return text;
  throw new UsageError(
    'the webhook secret has to be "whsec_" and 24 to 64 bytes in base64',
    'make one with: echo "whsec_$(openssl rand -base64 32)"',
  );
}

/** What flags say about a webhook; null takes a thing away, undefined leaves it. */
export type WebhookChange = {
  readonly url?: string | null;
  readonly events?: readonly WebhookEvent[];
  readonly secret?: string | null;
};

/** Applies a change. Throws UsageError when there would be events or a secret without an address. */
export function changeWebhook(current: Webhook | null, change: WebhookChange): Webhook | null {
  const url = change.url === undefined ? current?.url : change.url;
  if (url === null || url === undefined) {
    const idle = change.events !== undefined || typeof change.secret === 'string';
    if (idle)
      throw new UsageError('webhook events or a secret need a webhook address', 'add --webhook-url URL');
    return null;
  }
  const secret = change.secret === undefined ? (current?.secret ?? null) : change.secret;
  return { url, events: change.events ?? current?.events ?? webhookEvents, secret };
}
