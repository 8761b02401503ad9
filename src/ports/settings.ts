import type { QrStyle } from '../domain/qr-output.ts';
import type { Endpoint, Webhook } from '../domain/session.ts';

/** Settings as commands use them: environment over file over default. Each throws UsageError when its value is bad. */
export interface Settings {
  /** Of new sessions. */
  readonly webhook: Webhook | null;
  /** That every session has besides its own. */
  readonly globalWebhook: Webhook | null;
  readonly proxy: string | null;
  readonly endpoint: Endpoint | null;
  readonly maxRetries: number;
  readonly qrStyle: QrStyle;
  /** For `config`. */
  readonly table: SettingsTable;
}

/** A setting as it is shown: a password in it is hidden. */
export type SettingRow = {
  readonly key: string;
  readonly value: string | null;
  readonly source: 'default' | 'file' | 'environment';
  readonly about: string;
};

export type RestorePlan = {
  /** The settings that have another value in the file now. */
  readonly replaced: readonly string[];
  /** All of them at once. */
  readonly store: () => Promise<void>;
};

/** The settings as text, by key. Unknown keys and bad values throw a UsageError that names the allowed ones. */
export interface SettingsTable {
  readonly path: string;
  get(key: string): SettingRow;
  list(): readonly SettingRow[];
  set(key: string, text: string): Promise<void>;
  /** Back to the default. */
  unset(key: string): Promise<void>;
}

/** The settings in the file, for a backup. */
export interface PortableSettings {
  /** What the file has, but for what is of this machine only, as a person would type it. */
  portable(): Readonly<Record<string, string>>;
  /** What putting these into the file would mean. Throws UsageError for an unknown setting or a bad value. */
  planRestore(values: Readonly<Record<string, string>>): RestorePlan;
}
