// Writes dist/man/: a page for every command.
import { mkdir, writeFile } from 'node:fs/promises';
import { askBundled } from './ask-bundled.js';

export async function writeMan({ root, outdir, version }) {
  const pages = await askBundled({ root, outdir }, 'man-pages', ({ manPages }) => manPages(version));
  await mkdir(`${root}/${outdir}/man`);
  for (const [name, page] of Object.entries(pages)) await writeFile(`${root}/${outdir}/man/${name}`, page);
}
