// Bundles one file of the program, calls it, and removes the bundle.
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

/** What `ask` makes of the exports of `.config/NAME.ts`. */
export async function askBundled({ root, outdir }, name, ask) {
  const outfile = `${root}/${outdir}/${name}.cjs`;
  await build({
    absWorkingDir: root,
    entryPoints: [`.config/${name}.ts`],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  try {
    return await ask(createRequire(import.meta.url)(outfile));
  } finally {
    await rm(outfile);
  }
}
