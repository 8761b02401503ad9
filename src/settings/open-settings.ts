import { statSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { webhookEvents } from '../domain/session.ts';
import type { PortableSettings, SettingRow, SettingsTable } from '../ports/settings.ts';
import { settingKey, settingKeys, settingTable } from './setting-table.ts';
import type { SettingKey, SettingValues } from './setting-table.ts';
import { readSettingsFile, settingsPath, writeSettings } from './settings-file.ts';

/** The settings: environment over file over default. Reading a bad value throws UsageError. */
export interface OpenSettings extends Omit<SettingsTable, 'get'>, PortableSettings {
  get<Key extends SettingKey>(key: Key): SettingValues[Key];
  source(key: SettingKey): SettingRow['source'];
  /** `key` as a person typed it. */
  row(key: string): SettingRow;
}

type Options = {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

type Found = {
  readonly source: SettingRow['source'];
  readonly text: string | undefined;
  readonly where: string;
};

/** Reads settings straight from their file, when they are first needed and again when it has changed; only changing them loads `conf`. */
export function openSettings({ directory, env }: Options): OpenSettings {
  const path = settingsPath(directory);
  let file: Readonly<Record<string, unknown>> | undefined;
  let stamp = '';

  /** A process that runs for months sees what `config set` has changed meanwhile. */
  const inFile = (): Readonly<Record<string, unknown>> => {
    const now = stampOf(path);
    if (!file || now !== stamp) file = readSettingsFile(path);
    stamp = now;
    return file;
  };
  const find = (key: SettingKey): Found => {
    const { variable } = settingTable[key];
    const override = variable && env[variable];
    if (variable && override) return { source: 'environment', text: override, where: variable };
    const all = inFile();
    const stored = Object.hasOwn(all, key) ? all[key] : undefined;
    if (stored === undefined) return { source: 'default', text: undefined, where: '' };
    return { source: 'file', ...storedText(key, stored, path) };
  };
  const get = <Key extends SettingKey>(key: Key): SettingValues[Key] => {
    const { text, where } = find(key);
    return text === undefined
      ? settingTable[key].fallback
      : explained(where, () => settingTable[key].parse(text));
  };
  const row = (key: SettingKey): SettingRow => {
    const { about, redact = (text: string) => text } = settingTable[key];
    const value = get(key);
    return { key, value: value === null ? null : redact(shownText(value)), source: find(key).source, about };
  };
  const write = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    file = readSettingsFile(path);
    await writeSettings(directory, changes);
    file = undefined;
  };
  const portable = (): Readonly<Record<string, string>> => {
    const all = inFile();
    const keys = settingKeys.filter((key) => Object.hasOwn(all, key) && !settingTable[key].isOfMachine);
    return Object.fromEntries(keys.map((key) => [key, storedText(key, all[key], path).text ?? '']));
  };

  return {
    path,
    get,
    source: (key) => find(key).source,
    row: (text) => row(settingKey(text)),
    list: () => settingKeys.map(row),
    set: async (text, value) => {
      const key = settingKey(text);
      await write({ [key]: settingTable[key].parse(value) });
    },
    unset: async (text) => write({ [settingKey(text)]: undefined }),
    portable,
    planRestore(values) {
      const here = portable();
      const changes = Object.entries(values).map(([text, value]) => {
        const key = settingKey(text);
        return [key, settingTable[key].parse(value)] as const;
      });
      return {
        replaced: Object.keys(values).filter((key) => (here[key] ?? values[key]) !== values[key]),
        store: () => (changes.length === 0 ? Promise.resolve() : write(Object.fromEntries(changes))),
      };
    },
  };
}

/** Another one whenever the file was replaced or written; '' when it cannot be looked at, which reading it will say. */
function stampOf(path: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found ? [found.ino, found.mtimeMs, found.size].join() : '';
  } catch {
    return '';
  }
}

/** A value as a person would type it. */
const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

/** The same, in a word where there is one. */
const shownText = (value: NonNullable<SettingValues[SettingKey]>): string =>
  Array.isArray(value) && value.length === webhookEvents.length ? 'all' : textOf(value);

/** A setting in the file. People write files too: a number may be text, a list text with commas. */
function storedText(key: SettingKey, stored: unknown, path: string): Pick<Found, 'text' | 'where'> {
  const where = `${key} in ${path}`;
  const isText = typeof stored === 'string' || typeof stored === 'number';
  if (isText || Array.isArray(settingTable[key].fallback)) return { text: textOf(stored), where };
  throw new UsageError(
    `${where} is neither text nor a number`,
    `fix it, or reset it with: wactl config unset ${key}`,
  );
}

/** Says where a bad value stands. */
function explained<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${where}: ${error.message}`, error.hint);
    throw error;
  }
}
