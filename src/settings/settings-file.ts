import { join } from 'node:path';
import { UsageError, WactlError } from '../errors.ts';
import { makePrivateDirectory } from '../make-private-directory.ts';
import { readRegularFile } from './read-regular-file.ts';

const name = 'config';

/** There is no such file; no such directory either. */
const missing: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

export const settingsPath = (directory: string): string => join(directory, `${name}.json`);

/** The content of the settings file, unchecked; empty if there is none. Throws UsageError if it is not a JSON object. */
export function readSettingsFile(path: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(readRegularFile(path));
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return { ...content };
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      if (missing.has((error as NodeJS.ErrnoException).code)) return {};
      throw cannotUse(path, 'read', error);
    }
  }
  throw new UsageError(
    `the settings file ${path} is not a JSON object`,
    'fix it, or delete it to use the defaults',
  );
}

/**
 * Writes settings, or removes them (`undefined`); others stay as they are. The new file, private, replaces
 * the old one at once. Costs what loading `conf` costs.
 */
export async function writeSettings(
  directory: string,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  try {
    makePrivateDirectory(directory);
    const { default: Conf } = await import('conf');
    const conf = new Conf<Record<string, unknown>>({
      projectName: 'wactl',
      projectSuffix: '',
      cwd: directory,
      configName: name,
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
    });
    const kept = Object.entries({ ...conf.store, ...changes }).filter(([, value]) => value !== undefined);
    conf.store = Object.fromEntries(kept);
  } catch (error) {
    throw cannotUse(settingsPath(directory), 'written', error);
  }
}

const cannotUse = (path: string, verb: string, cause: unknown): WactlError =>
  new WactlError(
    'store_locked',
    `the settings file ${path} cannot be ${verb} (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
    'check who owns it and its directory, or choose another with --config-dir',
    { cause },
  );
