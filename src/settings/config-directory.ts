import { resolve } from 'node:path';
import envPaths from 'env-paths';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where sessions and settings are kept, as an absolute path: the flag `--config-dir`, else WACTL_CONFIG_DIR, else the
 * platform's place for configuration, the same that `conf` takes for "wactl" (XDG_CONFIG_HOME or ~/.config on Linux).
 */
export const configDirectory = (flag: string | undefined, env: Environment): string =>
  resolve(flag || env['WACTL_CONFIG_DIR'] || envPaths('wactl', { suffix: '' }).config);
