import { homedir } from 'node:os';
import { resolve } from 'node:path';
import envPaths from 'env-paths';
import { UsageError } from '../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where sessions and settings are kept, as an absolute path: the flag `--config-dir`, else WACTL_CONFIG_DIR, else the
 * platform's place for configuration, the same that `conf` takes for "wactl" (XDG_CONFIG_HOME or ~/.config on Linux).
 * Throws UsageError where there is neither, for a user without a home directory.
 */
export function configDirectory(flag: string | undefined, env: Environment): string {
  const given = flag || env['WACTL_CONFIG_DIR'];
  if (given) return resolve(given);
  const { config } = envPaths('wactl', { suffix: '' });
  if (!env['XDG_CONFIG_HOME'] && !hasHome()) {
    throw new UsageError(
      'no home directory to keep sessions in',
      'choose a directory with --config-dir DIR or WACTL_CONFIG_DIR',
    );
  }
  return resolve(config);
}

function hasHome(): boolean {
  try {
    return homedir() !== '';
  } catch {
    return false;
  }
}
