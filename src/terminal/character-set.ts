import type { Env } from './terminal-program.ts';

/** The locale variable, "LC_ALL=C", by which this terminal shows something else than UTF-8; null: it shows that. */
export function otherCharacterSet(env: Env): string | null {
  for (const name of ['LC_ALL', 'LC_CTYPE', 'LANG']) {
    const value = env[name];
    if (value) return /utf-?8/i.test(value) ? null : `${name}=${value}`;
  }
  // Containers set none, and their terminals are UTF-8.
  return null;
}
