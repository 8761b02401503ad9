import { ok } from '../domain/finding.ts';
import type { Check } from '../ports/doctor.ts';
import type { Settings } from '../ports/settings.ts';

/** `settings`: whether each can be read; names those that are set, without their values. */
export const settingsCheck = (settings: Pick<Settings, 'endpoint' | 'table'>): Check => ({
  name: 'settings',
  needs: ['directory'],
  timeoutMs: 3_000,
  examine() {
    return Promise.resolve().then(() => {
      const set = settings.table.list().filter(({ source }) => source !== 'default');
      // Its two parts make sense together only.
      void settings.endpoint;
      const words = set.map(({ key, source }) => (source === 'environment' ? `${key} (environment)` : key));
      return ok(words.length === 0 ? 'all as usual' : `set: ${words.join(', ')}`);
    });
  },
});
