// Bundles src/main.ts into dist/, so that a command loads few files. `npm ci` runs it through `prepare`. Tests name
// another folder.
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { fewBuiltins } from './builtin-plugin.js';
import { injected, sharedChunk } from './shared-chunk.js';
import { engineAliases, quickBaileys } from './engine-plugins.js';
import { bundledLibsql } from './store-plugin.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = process.argv[2] ?? 'dist';
await rm(`${root}/${outdir}`, { recursive: true, force: true });
await mkdir(`${root}/${outdir}`, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Names stay, so that stacks can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'external',
  logLevel: 'warning',
  alias: engineAliases,
  inject: injected,
  plugins: [sharedChunk(root), fewBuiltins, quickBaileys, bundledLibsql],
  // Native or optional: loaded from node_modules when they are there at all.
  external: ['sharp', 'jimp', 'link-preview-js', 'audio-decode', 'bufferutil', 'utf-8-validate'],
  // Bundled CommonJS packages call require; an ES module has none.
  banner: {
    js: "import { createRequire as wactlCreateRequire } from 'node:module';const require = wactlCreateRequire(import.meta.url);",
  },
});
