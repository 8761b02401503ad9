import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from '../make-private-directory.ts';
import { readRegularFile } from './read-regular-file.ts';

type Fetched = { readonly version: string; readonly fetchedAt: Date | null };

/**
 * Where fetched client versions, "2.3000.1043857760", are kept from one command to the next, by the server that said
 * so ("https://web.whatsapp.com"). One file: { server: { version, fetched_at } }.
 */
export const versionCache = (directory: string) => {
  const path = join(directory, 'whatsapp-version');
  const entries = (): Readonly<Record<string, unknown>> => {
    try {
      const text = readRegularFile(path).trim();
      // As the first version of this file was: WhatsApp's alone, of unknown age.
      if (/^[\d.]+$/.test(text)) return { 'https://web.whatsapp.com': { version: text } };
      const content: unknown = JSON.parse(text);
      return typeof content === 'object' && content !== null ? { ...content } : {};
    } catch {
      return {};
    }
  };
  return {
    /** Undefined when none is kept or it cannot be read: it can be fetched again. */
    read: (server: string): Fetched | undefined => fetchedOf(entries()[server]),
    keep(server: string, { version, fetchedAt }: Fetched & { readonly fetchedAt: Date }): void {
      // Of the sandboxes, which come and go, only the last.
      const others = Object.entries(entries()).filter(([other]) => other.startsWith('https:'));
      const all = {
        ...Object.fromEntries(others),
        [server]: { version, fetched_at: fetchedAt.toISOString() },
      };
      makePrivateDirectory(directory);
      const draft = `${path}.new`;
      writeFileSync(draft, `${JSON.stringify(all)}\n`, { mode: 0o600 });
      renameSync(draft, path);
    },
  };
};

function fetchedOf(entry: unknown): Fetched | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { version, fetched_at: at } = entry as { readonly version?: unknown; readonly fetched_at?: unknown };
  if (typeof version !== 'string') return undefined;
  const time = typeof at === 'string' ? new Date(at) : undefined;
  return { version, fetchedAt: time && !Number.isNaN(time.getTime()) ? time : null };
}
