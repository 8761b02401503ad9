import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export type TemporaryParts = {
  /** The directory for temporary files. */
  readonly root: string;
  /** Of this process. */
  readonly pid: number;
  readonly isRunning: (pid: number) => boolean;
};

/** "wactl-4711-h2Kd9f": the pid of its owner, and mkdtemp's suffix. */
const namePattern = /^wactl-(\d+)-[A-Za-z0-9]{6}$/;

/**
 * Creates a private directory, and removes those that killed processes of this user left behind. The caller does not
 * wait for the removal; a later call retries what could not be removed.
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
    // lstat: a link is not followed, so its target is not touched.
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() && found.uid === uid) await rm(path, { recursive: true, force: true });
  }
}
