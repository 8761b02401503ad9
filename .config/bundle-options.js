// How everything that ships is bundled: build.js makes dist/ by it, and the tests make what they run of the engine by it.
import { engineAliases, quickBaileys } from './engine-plugins.js';

/** For esbuild's `build`; the entry points, the folder and what a build has besides are named there. */
export const bundleOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Names stay, so that stacks can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  // The licences are in a file of their own (write-licences.js).
  legalComments: 'none',
  logLevel: 'warning',
  alias: engineAliases,
  plugins: [quickBaileys],
  // Optional, or for sending media, which wactl does not do: asked for where they are needed, and missing.
  external: [
    'sharp',
    'jimp',
    'link-preview-js',
    'audio-decode',
    'music-metadata',
    'bufferutil',
    'utf-8-validate',
  ],
  // Bundled CommonJS packages call require; an ES module has none.
  banner: {
    js: "import { createRequire as wactlCreateRequire } from 'node:module';const require = wactlCreateRequire(import.meta.url);",
  },
};
