import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from '../make-private-directory.ts';

/** Longest path that every system takes for a Unix socket (macOS: 104 bytes with the NUL at its end). */
const longestPath = 100;

export type RuntimeParts = {
  /** Where sessions are kept. */
  readonly directory: string;
  /** Makes a private directory elsewhere. */
  readonly temporary: () => Promise<string>;
};

/** Beside the sessions. */
export const usualRuntimeDirectory = (directory: string): string => join(directory, 'run');

/**
 * A private directory for sockets: beside the sessions, where it stays as long as they do ($XDG_RUNTIME_DIR is removed
 * when a person logs out, although their detached holders live on); elsewhere, one of this process's own, when the path
 * would be too long there or cannot be made. `length`: of the file's name. Throws the error of the file system.
 */
export async function runtimeDirectory(
  { directory, temporary }: RuntimeParts,
  length: number,
): Promise<string> {
  const usual = usualRuntimeDirectory(directory);
  if (Buffer.byteLength(usual) + 1 + length > longestPath) return temporary();
  try {
    makePrivateDirectory(usual);
    const { mode } = lstatSync(usual);
    return (mode & 0o077) === 0 ? usual : await temporary();
  } catch {
    // Another file has its name, say, or it is another user's.
    return temporary();
  }
}
