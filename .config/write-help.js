// Writes dist/help.json: the program is bundled once more, asked for its help, and removed.
import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

export async function writeHelp({ root, outdir, version }) {
  const outfile = `${root}/${outdir}/help-pages.cjs`;
  await build({
    absWorkingDir: root,
    entryPoints: ['.config/help-pages.ts'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  const { helpPages } = createRequire(import.meta.url)(outfile);
  await writeFile(`${root}/${outdir}/help.json`, JSON.stringify(await helpPages(version)));
  await rm(outfile);
}
