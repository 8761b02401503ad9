import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from '../session/make-private-directory.ts';
import { readRegularFile } from './read-regular-file.ts';

/** Where a fetched client version, "2.3000.1043857760", is kept from one command to the next. */
export const versionCache = (directory: string) => {
  const path = join(directory, 'whatsapp-version');
  return {
    /** Undefined when none is kept or it cannot be read: it can be fetched again. */
    read(): string | undefined {
      try {
        return readRegularFile(path).trim();
      } catch {
        return undefined;
      }
    },
    keep(version: string): void {
      makePrivateDirectory(directory);
      const draft = `${path}.new`;
      writeFileSync(draft, `${version}\n`, { mode: 0o600 });
      renameSync(draft, path);
    },
  };
};
