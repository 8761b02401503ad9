import { UsageError } from '../../src/errors.ts';
import type {
  PortableSettings,
  RestorePlan,
  SettingRow,
  Settings,
  SettingsTable,
} from '../../src/ports/settings.ts';

/** The defaults of a new installation, but for `values`. */
export const fakeSettings = (values: Partial<Settings> = {}): Settings => ({
  webhook: null,
  globalWebhook: null,
  proxy: null,
  endpoint: null,
  maxRetries: 10,
  qrStyle: 'auto',
  table: new FakeSettingsTable(),
  ...values,
});

/** What a settings file has, which a restore changes. */
export class FakePortableSettings implements PortableSettings {
  values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>> = {}) {
    this.values = values;
  }

  portable(): Readonly<Record<string, string>> {
    return this.values;
  }

  planRestore(values: Readonly<Record<string, string>>): RestorePlan {
    const replaced = Object.keys(values).filter((key) => (this.values[key] ?? values[key]) !== values[key]);
    const store = (): Promise<void> => {
      this.values = { ...this.values, ...values };
      return Promise.resolve();
    };
    return { replaced, store };
  }
}

/** A table of these rows, which stay as they are: `done` lists the changes that were asked for. */
export class FakeSettingsTable implements SettingsTable {
  path = '/config/settings.json';
  readonly done: string[] = [];
  /** Makes changes fail. */
  broken: Error | undefined;
  readonly #rows: readonly SettingRow[];

  constructor(...rows: readonly SettingRow[]) {
    this.#rows = rows;
  }

  list(): readonly SettingRow[] {
    return this.#rows;
  }

  get(key: string): SettingRow {
    const row = this.#rows.find((one) => one.key === key);
    if (row) return row;
    const keys = this.#rows.map((one) => one.key).join(', ');
    throw new UsageError(`unknown setting "${key}"`, `one of: ${keys}`);
  }

  set(key: string, text: string): Promise<void> {
    return this.#change(`set ${key} ${text}`);
  }

  unset(key: string): Promise<void> {
    return this.#change(`unset ${key}`);
  }

  #change(done: string): Promise<void> {
    if (this.broken) return Promise.reject(this.broken);
    this.done.push(done);
    return Promise.resolve();
  }
}
