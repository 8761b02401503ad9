import { UsageError } from '../errors.ts';
import { isLoopback } from './loopback.ts';
import { isRedacted } from './redact.ts';
import { webhookEvents } from './session.ts';
import type { Session, Webhook, WebhookEvent } from './session.ts';
import type { WebhookHeaders } from './webhook-headers.ts';

/** Whether events would go to this address over a network in the clear. */
export const isInsecureWebhook = (url: string): boolean =>
  new URL(url).protocol === 'http:' && !isLoopback(new URL(url).hostname);

/** Reads a webhook address: https, or http to this machine, or any http if allowed. Throws UsageError. */
export function parseWebhookUrl(text: string, { allowInsecure = false } = {}): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UsageError('invalid webhook address', 'give it as https://example.com/path');
  }
  if (!allowInsecure && isInsecureWebhook(url.href)) {
    throw new UsageError(
      'a webhook address on another machine must begin with https://',
      'if others on the network may read the events, add --webhook-insecure',
    );
  }
  if (isRedacted(url.href)) {
    throw new UsageError(
      'the webhook address has "***" in place of a secret',
      'give the address with the secret',
    );
  }
  if (!isDecodable(url.username + url.password)) {
    throw new UsageError('the name or password in the webhook address has a "%" that is not written as %25');
  }
  return url.href;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const prefix = 'session.';

/** Reads "session.qr,message" or "qr,message"; "all" means all. Throws UsageError. */
export function parseWebhookEvents(text: string): readonly WebhookEvent[] {
  return webhookEventsOf(text.split(','));
}

/** As other services write them: "qr" for "session.qr". */
export const shortEventNames = webhookEvents.flatMap((event) =>
  event.startsWith(prefix) ? event.slice(prefix.length) : [],
);

/** Reads the names of events, with or without "session."; "all" alone means all. Throws UsageError. */
export function webhookEventsOf(words: readonly string[]): readonly WebhookEvent[] {
  const given = words.map((word) => word.trim());
  if (given.join() === 'all') return webhookEvents;
  const whole = given.map((word) => (shortEventNames.includes(word) ? prefix + word : word));
  const unknown = whole.find((word) => !(webhookEvents as readonly string[]).includes(word));
  if (unknown !== undefined) {
    throw new UsageError(
      `invalid webhook event "${unknown}"`,
      `one or more of: all, ${webhookEvents.join(', ')}`,
    );
  }
  return webhookEvents.filter((event) => whole.includes(event));
}

/** How long a signing secret may be. */
export const webhookSecretLength = { minLength: 8, maxLength: 256 } as const;
const isStandardSecret = /^whsec_[A-Za-z0-9+/]+={0,2}$/;

/**
 * Checks a signing secret: "whsec_" and 24 to 64 bytes in base64, as Standard Webhooks have it, or any other text, whose bytes
 * in UTF-8 are the key. Throws UsageError.
 */
export function parseWebhookSecret(text: string): string {
  const { minLength, maxLength } = webhookSecretLength;
  if (text.startsWith('whsec_')) {
    const size = isStandardSecret.test(text) ? Buffer.from(text.slice('whsec_'.length), 'base64').length : 0;
    if (size >= 24 && size <= 64) return text;
  } else if (
    text.length >= minLength &&
    text.length <= maxLength &&
    !/[\u0000-\u001f\u007f-\u009f]/.test(text)
  )
    return text;
  throw new UsageError(
    `the webhook secret must be "whsec_" and 24 to 64 bytes in base64, or other text of ${String(minLength)} to ${String(maxLength)} characters`,
    'make one with: echo "whsec_$(openssl rand -base64 32)"',
  );
}

/** A change of a webhook by flags; null removes a field, undefined leaves it. */
export type WebhookChange = {
  readonly url?: string | null;
  readonly events?: readonly WebhookEvent[];
  readonly secret?: string | null;
  /** All of them; null removes them. They do not go along to an address on another origin. */
  readonly headers?: WebhookHeaders | null;
  readonly viaProxy?: boolean;
};

/** Applies a change. Throws UsageError when there would be anything else without an address. */
export function changeWebhook(current: Webhook | null, change: WebhookChange): Webhook | null {
  const url = change.url === undefined ? current?.url : change.url;
  if (url === null || url === undefined) {
    const { events, secret, headers, viaProxy } = change;
    const idle = events !== undefined || typeof secret === 'string' || Boolean(headers) || viaProxy === true;
    if (idle) {
      throw new UsageError(
        'webhook events, a secret, headers or a proxy need a webhook address',
        'add --webhook-url URL',
      );
    }
    return null;
  }
  const secret = change.secret === undefined ? (current?.secret ?? null) : change.secret;
  const isElsewhere = current !== null && new URL(url).origin !== new URL(current.url).origin;
  // What one server was told is not for another.
  const headers =
    change.headers === undefined ? (isElsewhere ? undefined : current?.headers) : change.headers;
  return {
    url,
    events: change.events ?? current?.events ?? webhookEvents,
    secret,
    ...(headers && Object.keys(headers).length > 0 ? { headers } : {}),
    viaProxy: change.viaProxy ?? current?.viaProxy ?? false,
  };
}

/**
 * Throws UsageError when webhooks are to go through a proxy that there is not, or would cross a network in the clear on
 * their way to one.
 */
export function checkWebhookRoutes({
  webhook,
  otherWebhooks = [],
  proxy,
}: Pick<Session, 'webhook' | 'proxy'> & Partial<Pick<Session, 'otherWebhooks'>>): void {
  for (const one of [webhook, ...otherWebhooks]) if (one) checkRoute(one, proxy);
}

function checkRoute(webhook: Webhook, proxy: string | null): void {
  if (!webhook.viaProxy) return;
  if (proxy === null) {
    throw new UsageError(
      'webhooks should go through the proxy of the session, but it has none',
      'set a proxy with --proxy URL, or deliver directly with --no-webhook-proxy',
    );
  }
  if (new URL(webhook.url).protocol === 'http:' && !isLoopback(new URL(proxy).hostname)) {
    throw new UsageError(
      'through a proxy on another machine, webhooks need an address that begins with https://',
    );
  }
}
