import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * A process of its own that ends whatever runs in these directories, and removes them, when this one is gone, however that came.
 * Returns what ends it.
 */
export function startReaper(directories: readonly string[]): () => Promise<void> {
  // In a group of its own: Ctrl-C ends the others.
  const child = spawn(process.execPath, [join(import.meta.dirname, 'reaper.js'), ...directories], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  return async () => {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  };
}
