import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export type TemporaryParts = {
  /** Where there is room for temporary files. */
  readonly root: string;
  /** Of this process. */
  readonly pid: number;
  readonly isRunning: (pid: number) => boolean;
};

/** "wactl-4711-h2Kd9f": whose it is, and what mkdtemp adds. */
const namePattern = /^wactl-(\d+)-[A-Za-z0-9]{6}$/;

/**
 * Makes a private directory, and removes those that killed processes of this user have left. Nobody waits for that, and
 * what cannot be removed is left to the next one.
 */
export async function temporaryDirectory(parts: TemporaryParts): Promise<string> {
  const made = await mkdtemp(join(parts.root, `wactl-${String(parts.pid)}-`));
  sweep(made, parts).catch(() => undefined);
  return made;
}

async function sweep(made: string, { root, pid, isRunning }: TemporaryParts): Promise<void> {
  const { uid } = await lstat(made);
  for (const name of await readdir(root)) {
    const owner = Number(namePattern.exec(name)?.[1] ?? pid);
    if (owner === pid || isRunning(owner)) continue;
    const path = join(root, name);
    // A link has another kind, so that nothing that it leads to is touched.
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() && found.uid === uid) await rm(path, { recursive: true, force: true });
  }
}
