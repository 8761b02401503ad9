import type { BuildOptions, Plugin } from 'esbuild';

const file = new URL('../../.config/bundle-options.js', import.meta.url).href;

/** The options with which the shipped program is bundled. */
export const { bundleOptions } = (await import(file)) as {
  bundleOptions: BuildOptions & { readonly plugins: readonly Plugin[] };
};
