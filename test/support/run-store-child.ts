import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { StoreTask } from './store-child.ts';

const require = createRequire(import.meta.url);

/** Bundles store-child.ts for plain node into `directory`; returns the path. */
export const bundleStoreChild = (directory: string): Promise<string> =>
  bundleChild(fileURLToPath(new URL('store-child.ts', import.meta.url)), join(directory, 'store-child.mjs'));

/** Bundles a script that uses the store, with the native library from here; returns `outfile`. */
export async function bundleChild(entryPoint: string, outfile: string): Promise<string> {
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins: [
      {
        name: 'libsql-from-here',
        setup: (bundler) =>
          bundler.onResolve({ filter: /^libsql$/ }, ({ path }) => ({
            path: pathToFileURL(require.resolve(path)).href,
            external: true,
          })),
      },
    ],
  });
  return outfile;
}

export type StoreChild = {
  /** The next line that it prints; undefined at its end. */
  readonly nextLine: () => Promise<string | undefined>;
  readonly go: () => void;
  readonly kill: () => void;
  readonly pid: number | undefined;
  readonly stop: () => void;
  /** Resolves with its remaining lines, and how it ended ("0", "SIGKILL"). */
  readonly ended: () => Promise<{ lines: string[]; how: string }>;
};

/** Starts the bundled child on a task. */
export function startStoreChild(bundle: string, task: StoreTask): StoreChild {
  const child = spawn(process.execPath, [bundle, JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const nextLine = async () => {
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    return done ? undefined : value;
  };
  return {
    nextLine,
    go: () => void child.stdin.end('go\n'),
    kill: () => void child.kill('SIGKILL'),
    pid: child.pid,
    stop: () => void child.kill('SIGSTOP'),
    ended: async () => {
      const rest: string[] = [];
      for (let line = await nextLine(); line !== undefined; line = await nextLine()) rest.push(line);
      const [status, signal] = await exit;
      return { lines: rest, how: String(signal ?? status) };
    },
  };
}
