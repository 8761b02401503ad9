import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build as bundle } from 'esbuild';
import type { Plugin } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { bundleOptions } from './bundle-options.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine as it is built: what src/whatsapp/create-whatsapp.ts exports, and Baileys' `proto`. */
    builtEngine: string;
  }
}

const root = join(import.meta.dirname, '../..');

/**
 * Modules that the engine shares with the rest of the program stay one copy for it and the tests, above all error
 * classes.
 */
const sharedWithTests: Plugin = {
  name: 'shared-with-tests',
  setup(build) {
    build.onResolve({ filter: /^\.\.\/(errors\.ts|domain\/|ports\/)/ }, ({ path, resolveDir }) =>
      resolveDir.startsWith(join(root, 'src'))
        ? { path: resolve(resolveDir, path), external: true }
        : undefined,
    );
  },
};

/** Builds the engine once per run, for the project that tests it instead of its sources. Vitest's globalSetup. */
export default async function buildEngine(project: TestProject): Promise<() => Promise<void>> {
  const outdir = dirname(project.getProvidedContext().builtEngine);
  const remove = () => rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  try {
    await bundle({
      ...bundleOptions,
      absWorkingDir: root,
      stdin: {
        contents: `
          export { createWhatsApp } from './src/whatsapp/create-whatsapp.ts';
          export { proto } from '@whiskeysockets/baileys';`,
        resolveDir: root,
        sourcefile: 'engine.ts',
      },
      entryNames: 'engine',
      outdir,
      plugins: [sharedWithTests, ...bundleOptions.plugins],
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
}
