import type { PortableSettings, Settings, SettingsTable } from '../ports/settings.ts';
import { endpointOf } from '../domain/endpoint.ts';
import { parseWebhookHeaders } from '../domain/webhook-headers.ts';
import type { OpenSettings } from './open-settings.ts';
import type { SettingValues } from './setting-table.ts';

/** Settings as commands and the engine use them. */
export interface CommandSettings extends Settings {
  readonly table: SettingsTable & PortableSettings;
  readonly logLevel: SettingValues['log_level'];
  readonly deviceName: string | null;
  readonly whatsappVersion: string | null;
  /** The address of the PostgreSQL that keeps the sessions; null: a file in the config directory does. */
  readonly store: string | null;
}

/** Each setting is read only when a command needs it. */
export const commandSettings = (settings: OpenSettings): CommandSettings => ({
  get webhook() {
    const url = settings.get('webhook_url');
    if (url === null) return null;
    return { url, events: settings.get('webhook_events'), secret: null, viaProxy: false };
  },
  get globalWebhook() {
    const url = settings.get('global_webhook_url');
    if (url === null) return null;
    const headers = settings.get('global_webhook_headers');
    return {
      url,
      events: settings.get('global_webhook_events'),
      secret: settings.get('global_webhook_secret'),
      ...(headers === null ? {} : { headers: parseWebhookHeaders(headers) }),
      viaProxy: false,
    };
  },
  get proxy() {
    return settings.get('proxy');
  },
  get endpoint() {
    return endpointOf(settings.get('endpoint'), settings.get('endpoint_root'));
  },
  get maxRetries() {
    return settings.get('max_retries');
  },
  get qrStyle() {
    return settings.get('qr_style');
  },
  get logLevel() {
    return settings.get('log_level');
  },
  get deviceName() {
    return settings.get('device_name');
  },
  get whatsappVersion() {
    return settings.get('whatsapp_version');
  },
  get store() {
    return settings.get('store');
  },
  table: { ...settings, get: (key) => settings.row(key) },
});
