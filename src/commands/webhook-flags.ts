import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { secretFileOption } from './secret-flags.ts';
import { parseWebhookEvents, parseWebhookSecret, parseWebhookUrl } from '../domain/webhook.ts';
import { parseWebhookHeaders } from '../domain/webhook-headers.ts';
import type { WebhookHeaders } from '../domain/webhook-headers.ts';
import type { WebhookChange } from '../domain/webhook.ts';

/** The webhook flags as commander parses them. */
export type WebhookFlags = {
  readonly webhookUrl?: string;
  readonly webhookEvents?: WebhookChange['events'];
  readonly webhookSecret?: string;
  readonly webhookSecretFile?: string;
  /** False: take them away. */
  readonly webhookHeader?: WebhookHeaders | false;
  readonly webhookHeaderFile?: string;
  readonly webhookProxy?: boolean;
  readonly webhookInsecure?: boolean;
};

// Whether it may be insecure is known when all flags are.
const parseAnyUrl = (text: string): string => parseWebhookUrl(text, { allowInsecure: true });

/** The flags that say where a session's events go. */
export const addWebhookFlags = (command: Command): Command =>
  command
    .option('--webhook-url <url>', 'URL to deliver events to', parseAnyUrl)
    .option(
      '--webhook-events <list>',
      'events to deliver, separated by commas (default: all)',
      parseWebhookEvents,
    )
    .option(
      '--webhook-secret <secret>',
      'secret to sign deliveries with: "whsec_…", or any text',
      parseWebhookSecret,
    )
    .addOption(secretFileOption('--webhook-secret', 'webhookSecret', 'WACTL_WEBHOOK_SECRET'))
    .option(
      '--webhook-header <header>',
      'header to send with deliveries, "Name: value"; again for more',
      (line: string, before?: WebhookHeaders | false) => addHeader(line, before || {}),
    )
    .addOption(secretFileOption('--webhook-header', 'webhookHeader'))
    .option('--webhook-proxy', 'deliver only through the proxy of the session, never directly')
    .option('--no-webhook-proxy', 'deliver directly (default)')
    .option('--webhook-insecure', 'allow an http:// address on another machine');

/**
 * The flags as a change of the session's webhook. `usualSecret` signs it if no flag gives a secret. Throws
 * UsageError.
 */
export const webhookChange = (flags: WebhookFlags, usualSecret: string | null): WebhookChange => ({
  ...(flags.webhookUrl === undefined
    ? {}
    : { url: parseWebhookUrl(flags.webhookUrl, { allowInsecure: flags.webhookInsecure ?? false }) }),
  ...(flags.webhookEvents === undefined ? {} : { events: flags.webhookEvents }),
  ...secretOf(flags.webhookSecret ?? usualSecret),
  ...(flags.webhookHeader === undefined ? {} : { headers: flags.webhookHeader || null }),
  ...(flags.webhookProxy === undefined ? {} : { viaProxy: flags.webhookProxy }),
});

const secretOf = (secret: string | null) => (secret === null ? {} : { secret });

/** Throws UsageError. */
function addHeader(line: string, before: WebhookHeaders): WebhookHeaders {
  const [[name, value] = ['', '']] = Object.entries(parseWebhookHeaders(line));
  if (name in before) throw new UsageError(`the webhook header "${name}" is given more than once`);
  return { ...before, [name]: value };
}
