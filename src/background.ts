import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { withoutSecrets } from './domain/without-secrets.ts';
import { WactlError } from './errors.ts';

/** How long to watch a background process. */
export type Watch = {
  /** All of its stdin; empty when left out. */
  readonly stdin?: string;
  /** What it reads from its file descriptor 3; nothing when left out. */
  readonly handed?: string | undefined;
  /** Called with each line of its stdout; true ends the watch. */
  readonly isEnough: (line: string) => boolean;
  /** Ends the watch when aborted. */
  readonly late?: AbortSignal;
  /** Ends the process with SIGTERM when aborted. */
  readonly signal?: AbortSignal;
};

/**
 * Starts `command` detached; its stdout is the only tie to it. Once the watch ends, the process runs on by itself,
 * also after this one has ended. Returns its pid. If it ends during the watch, throws what it wrote to stderr.
 */
export async function startInBackground(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { isEnough, late, signal, stdin, handed }: Watch,
): Promise<number> {
  const child = spawn(command, args, {
    detached: true,
    stdio: [
      stdin === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      ...(handed === undefined ? [] : ['pipe' as const]),
    ],
    env: withoutSecrets(env),
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  // One that ends without reading says why itself.
  child.stdin?.on('error', () => undefined).end(stdin);
  const pipe = child.stdio[3] as Writable | undefined;
  // It could be read too: open, it would keep this process.
  pipe?.on('error', () => undefined).end(handed, () => pipe.destroy());
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const lines = createInterface(child.stdout);
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (isEnough(line)) resolve();
    });
    late?.addEventListener('abort', () => resolve(), { once: true });
    signal?.addEventListener(
      'abort',
      () => {
        child.kill();
        reject(signal.reason as Error);
      },
      { once: true },
    );
    child.once('error', reject);
    child.once('close', (status) =>
      reject(
        new WactlError(
          'internal',
          `the background process exited with status ${String(status)}`,
          complaint.trim(),
        ),
      ),
    );
  });
  lines.close();
  child.unref();
  child.stdout.destroy();
  child.stderr.destroy();
  return child.pid ?? 0;
}
