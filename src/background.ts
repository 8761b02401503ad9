import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { WactlError } from './errors.ts';

/** A process that goes on when this one has ended. */
export type Background = { readonly pid: number; readonly firstLine: string };

/**
 * Starts `command`, detached, with what it says on stdout as its only tie: the first line is waited for, then it is
 * let go. Throws what it said on stderr when it ends before.
 */
export async function startInBackground(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Background> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const firstLine = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('close', (status) =>
      reject(
        new WactlError('internal', `the background process ended with ${String(status)}`, complaint.trim()),
      ),
    );
  });
  child.unref();
  child.stdout.destroy();
  child.stderr.destroy();
  return { pid: child.pid ?? 0, firstLine };
}
