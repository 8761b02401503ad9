import { UsageError } from '../errors.ts';
import { parseProxy } from '../domain/proxy.ts';
import { qrStyles } from '../domain/qr-output.ts';
import type { QrStyle } from '../domain/qr-output.ts';
import { redactUrl } from '../domain/redact.ts';
import { webhookEvents } from '../domain/session.ts';
import type { WebhookEvent } from '../domain/session.ts';
import { parseWebhookEvents, parseWebhookSecret, parseWebhookUrl } from '../domain/webhook.ts';
import { parseWebhookHeaders } from '../domain/webhook-headers.ts';
import { parseEndpointRoot, parseEndpointUrl } from '../domain/endpoint.ts';
import { parseStore } from '../domain/store-address.ts';
import { nearestWord } from './nearest-word.ts';
import { oneOf, parseDeviceName, parseMaxRetries, parseWhatsappVersion } from './parse-setting.ts';

/** Every setting with the type of its value; null where it is not set. */
export type SettingValues = {
  readonly device_name: string | null;
  readonly webhook_url: string | null;
  readonly webhook_events: readonly WebhookEvent[];
  readonly global_webhook_url: string | null;
  readonly global_webhook_events: readonly WebhookEvent[];
  readonly global_webhook_secret: string | null;
  readonly global_webhook_headers: string | null;
  readonly proxy: string | null;
  readonly max_retries: number;
  readonly qr_style: QrStyle;
  readonly log_level: 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  readonly whatsapp_version: string | null;
  readonly endpoint: string | null;
  readonly endpoint_root: string | null;
  readonly store: string | null;
};

export type SettingKey = keyof SettingValues;

type Setting<T> = {
  /** The meaning, without a full stop; `config list` shows 39 characters of it on 80 columns. */
  readonly about: string;
  readonly fallback: T;
  /** Throws a UsageError that names the allowed values. */
  readonly parse: (text: string) => NonNullable<T>;
  /** The environment variable that overrides the file. */
  readonly variable?: string;
  /** Of no use on another machine. */
  readonly isOfMachine?: boolean;
  /** How it is shown where it may hold a secret. */
  readonly redact?: (text: string) => string;
};

const hide = (): string => '***';

/** Stored as it was given. */
function parseHeaderLines(text: string): string {
  if (Object.keys(parseWebhookHeaders(text)).length === 0)
    throw new UsageError('there is no header in it', 'give it as "Name: value"');
  return text;
}

/** The one list of all settings. */
export const settingTable: { readonly [Key in SettingKey]: Setting<SettingValues[Key]> } = {
  device_name: {
    about: 'the name among a phone’s linked devices',
    fallback: null,
    parse: parseDeviceName,
  },
  webhook_url: {
    about: 'where new sessions deliver their events',
    fallback: null,
    parse: parseWebhookUrl,
    redact: redactUrl,
  },
  webhook_events: {
    about: 'which events new sessions deliver',
    fallback: webhookEvents,
    parse: parseWebhookEvents,
  },
  global_webhook_url: {
    about: 'where all sessions deliver events too',
    fallback: null,
    parse: parseWebhookUrl,
    redact: redactUrl,
  },
  global_webhook_events: {
    about: 'which events are delivered there',
    fallback: webhookEvents,
    parse: parseWebhookEvents,
  },
  global_webhook_secret: {
    about: 'the secret that signs them',
    fallback: null,
    parse: parseWebhookSecret,
    redact: hide,
  },
  global_webhook_headers: {
    about: 'headers that go with them, one a line',
    fallback: null,
    parse: parseHeaderLines,
    redact: hide,
  },
  proxy: {
    about: 'http, https or socks5, for new sessions',
    fallback: null,
    parse: parseProxy,
    variable: 'WACTL_PROXY',
    redact: redactUrl,
  },
  max_retries: {
    about: 'failures in a row that are retried',
    fallback: 10,
    parse: parseMaxRetries,
  },
  qr_style: {
    about: 'how a QR is drawn in the terminal',
    fallback: 'auto',
    parse: oneOf('qr_style', qrStyles),
  },
  log_level: {
    about: 'how much the engine writes to stderr',
    fallback: 'silent',
    parse: oneOf('log_level', ['silent', 'error', 'warn', 'info', 'debug', 'trace']),
  },
  whatsapp_version: {
    about: 'the version of WhatsApp Web to act as',
    fallback: null,
    parse: parseWhatsappVersion,
  },
  endpoint: {
    about: 'the sandbox that new sessions use',
    fallback: null,
    parse: parseEndpointUrl,
    variable: 'WACTL_ENDPOINT',
    isOfMachine: true,
  },
  endpoint_root: {
    about: 'the root key of that sandbox',
    fallback: null,
    parse: parseEndpointRoot,
    variable: 'WACTL_ENDPOINT_ROOT',
    isOfMachine: true,
  },
  store: {
    about: 'the PostgreSQL that keeps the sessions',
    fallback: null,
    parse: parseStore,
    variable: 'WACTL_STORE',
    redact: redactUrl,
    // Its password has no place in a backup either.
    isOfMachine: true,
  },
};

export const settingKeys = Object.keys(settingTable) as readonly SettingKey[];

/** Reads the name of a setting. Throws UsageError that names the nearest one, if one is near. */
export function settingKey(text: string): SettingKey {
  const key = settingKeys.find((known) => known === text);
  if (key !== undefined) return key;
  const near = nearestWord(text, settingKeys);
  const all = `the settings are: ${settingKeys.join(', ')}`;
  throw new UsageError(`unknown setting "${text}"`, near ? `did you mean ${near}? ${all}` : all);
}
