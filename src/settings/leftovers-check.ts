import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { counted, fixRemedy, namedFew, ok, warning } from '../domain/finding.ts';
import type { Clock } from '../ports/clock.ts';
import type { Check } from '../ports/doctor.ts';

/**
 * What a process that is killed while it writes leaves behind: the folder of a new database (src/store/database-file.ts), new
 * settings as `conf` writes them, a new client version, a new key file (src/keys/own-key-file.ts). None is ever read.
 */
const draftNames = [/^\.new-[A-Za-z0-9]{6}$/, /^config\.json\.tmp-[\da-f]+$/, /^whatsapp-version\.new$/];
/** A younger one may still be written. */
const oldMs = 60_000;

/** `drafts`: files that killed processes have not finished. */
export const draftsCheck = (directory: string, clock: Pick<Clock, 'now'>): Check => ({
  name: 'drafts',
  needs: ['directory'],
  timeoutMs: 4_000,
  async examine() {
    const found = await draftsIn(directory, clock);
    if (found.length === 0) return ok('no unfinished files');
    return warning(
      `${counted(found.length, 'unfinished file')} of killed processes: ${namedFew(found)}`,
      fixRemedy,
    );
  },
  async mend() {
    const found = await draftsIn(directory, clock);
    for (const name of found) await rm(join(directory, name), { recursive: true, force: true });
    return found.map((name) => `removed the unfinished ${join(directory, name)}`);
  },
});

async function draftsIn(directory: string, clock: Pick<Clock, 'now'>): Promise<string[]> {
  const names = (await namesIn(directory)).filter((name) => draftNames.some((pattern) => pattern.test(name)));
  const aged = await Promise.all(
    names.map(async (name) => {
      const found = await lstat(join(directory, name)).catch(() => undefined);
      return found !== undefined && clock.now().getTime() - found.mtimeMs > oldMs;
    }),
  );
  return names.filter((_, index) => aged[index]);
}

/** `logs`: those of sessions that are gone. They stay: a person may want to read them. `sessionIds`: undefined when they are not known. */
export const logsCheck = (
  directory: string,
  sessionIds: () => Promise<readonly string[] | undefined>,
): Check => ({
  name: 'logs',
  needs: ['database'],
  timeoutMs: 4_000,
  async examine() {
    const logs = (await namesIn(join(directory, 'logs'))).flatMap((name) => {
      const id = /^(.+?)\.log(?:\.\d+)?$/.exec(name)?.[1];
      return id === undefined ? [] : [{ name, id }];
    });
    const known = await sessionIds();
    const old = logs.filter(({ id }) => known?.includes(id) === false).map(({ name }) => name);
    if (old.length === 0) return ok(logs.length === 0 ? 'none' : counted(logs.length, 'file'));
    const words = `${counted(old.length, 'log')} of deleted sessions in ${join(directory, 'logs')}: ${namedFew(old)}`;
    return warning(words, `remove what you do not need: rm ${join(directory, 'logs', old[0] ?? '')}`);
  },
});

/** Sorted; none of a directory that is not there. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
