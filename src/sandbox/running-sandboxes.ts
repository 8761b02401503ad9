import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateDirectory } from '../make-private-directory.ts';
import { WactlError } from '../errors.ts';
import { SandboxClient } from './control-client.ts';

/** The address of a sandbox and its root key, in hex. */
type Noted = { readonly url: string; readonly rootKey: string };

/** Every sandbox is on this machine and answers at once, unless it is stopped. */
const answerWithinMs = 1_000;

/**
 * Notes a running sandbox in a file, mode 0600, so that other shells of this user find it. Returns what removes the note; after a
 * crash it stays until somebody looks. Throws the error of the file system.
 */
export async function noteSandbox(directory: string, noted: Noted): Promise<() => Promise<void>> {
  makePrivateDirectory(directory);
  const path = join(directory, `${randomUUID()}.json`);
  // Whoever looks meanwhile sees the whole note or none.
  await writeFile(`${path}.new`, JSON.stringify(noted), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return () => rm(path, { force: true });
}

/** The noted sandboxes that answer. Notes of those that are gone are removed. Throws the reason of the signal. */
export async function runningSandboxes(directory: string, signal: AbortSignal): Promise<readonly Noted[]> {
  const found = await readdir(directory).catch(() => []);
  const paths = found.filter((name) => name.endsWith('.json')).map((name) => join(directory, name));
  const looked = await Promise.all(
    paths.map(async (path) => {
      const noted = await readNote(path);
      const state = noted ? await stateOf(noted, signal) : 'gone';
      if (state === 'gone') await rm(path, { force: true });
      return state === 'running' ? noted : undefined;
    }),
  );
  const running = looked.filter((noted) => noted !== undefined);
  return [...new Map(running.map((noted) => [noted.url, noted])).values()];
}

async function readNote(path: string): Promise<Noted | undefined> {
  try {
    const { url, rootKey } = Object(JSON.parse(await readFile(path, 'utf8'))) as Partial<Noted>;
    return typeof url === 'string' && typeof rootKey === 'string' ? { url, rootKey } : undefined;
  } catch {
    return undefined;
  }
}

/** `silent`: it may be stopped, and go on later. */
async function stateOf({ url, rootKey }: Noted, signal: AbortSignal): Promise<'running' | 'silent' | 'gone'> {
  try {
    const { root_key } = await new SandboxClient(url, { signal, answerWithinMs }).status();
    return root_key === rootKey ? 'running' : 'gone';
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof WactlError)) throw error;
    const isRefused = (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
    return isRefused || error.code !== 'unreachable' ? 'gone' : 'silent';
  }
}
