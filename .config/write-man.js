// Writes dist/man/: the program is bundled once more, asked for its pages, and removed.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

export async function writeMan({ root, outdir, version }) {
  const outfile = `${root}/${outdir}/man-pages.cjs`;
  await build({
    absWorkingDir: root,
    entryPoints: ['.config/man-pages.ts'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  const { manPages } = createRequire(import.meta.url)(outfile);
  await mkdir(`${root}/${outdir}/man`);
  for (const [name, page] of Object.entries(manPages(version)))
    await writeFile(`${root}/${outdir}/man/${name}`, page);
  await rm(outfile);
}
