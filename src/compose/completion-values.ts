import type { NamedValues } from '../commands/complete.ts';
import { globalReceiver } from '../domain/box.ts';
import { receiverNamePattern } from '../domain/receiver-name.ts';
import { sessionIdPattern } from '../domain/session-id.ts';
import type { GlobalFlags } from '../program.ts';
import { faultKinds } from '../sandbox/faults.ts';
import { configDirectory } from '../settings/config-directory.ts';
import { openSettings } from '../settings/open-settings.ts';
import { settingKeys } from '../settings/setting-table.ts';

type Around = {
  readonly flags: GlobalFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number | undefined;
};

/** The words that a shell can complete here. Sessions of a server or a PostgreSQL are not asked for: that takes too long for a key. */
export const completionValues =
  ({ flags, env, uid }: Around): NamedValues =>
  async (kind, id = '') => {
    if (kind === 'setting') return settingKeys;
    if (kind === 'fault') return Object.keys(faultKinds);
    if (flags.server !== undefined || env['WACTL_SERVER'] || env['WACTL_STORE']) return [];
    const { storedNames } = await import('../store/stored-names.ts');
    const directory = configDirectory(flags.configDir, env);
    // What none can be, a damaged or made-up database has said. An id and the name of a token look alike.
    if (kind !== 'webhook')
      return storedNames(directory, uid, kind).filter((name) => sessionIdPattern.test(name));
    const own = storedNames(directory, uid, { webhooksOf: id }).filter((name) =>
      receiverNamePattern.test(name),
    );
    return openSettings({ directory, env }).get('global_webhook_url') === null
      ? own
      : [...own, globalReceiver];
  };
