import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a fetched client version, "2.3000.1043857760", is kept from one command to the next. */
export const versionCache = (directory: string) => {
  const path = join(directory, 'whatsapp-version');
  return {
    /** Undefined when none is kept or it cannot be read: it can be fetched again. */
    read(): string | undefined {
      try {
        return readFileSync(path, 'utf8').trim();
      } catch {
        return undefined;
      }
    },
    keep(version: string): void {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const draft = `${path}.new`;
      writeFileSync(draft, `${version}\n`, { mode: 0o600 });
      renameSync(draft, path);
    },
  };
};
