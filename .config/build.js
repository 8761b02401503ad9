// Bundles src/main.ts into dist/, so that a command loads few files. `npm ci` runs it through `prepare`. Tests name
// another folder.
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { fewBuiltins } from './builtin-plugin.js';
import { bundleOptions } from './bundle-options.js';
import { injected, sharedChunk } from './shared-chunk.js';
import { bundledLibsql } from './store-plugin.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = process.argv[2] ?? 'dist';
await rm(`${root}/${outdir}`, { recursive: true, force: true });
await mkdir(`${root}/${outdir}`, { recursive: true });
await build({
  ...bundleOptions,
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir,
  inject: injected,
  plugins: [sharedChunk(root), fewBuiltins, ...bundleOptions.plugins, bundledLibsql],
});
