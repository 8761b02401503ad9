// Writes dist/help.json: what the program answers to --help, for every command.
import { writeFile } from 'node:fs/promises';
import { askBundled } from './ask-bundled.js';

export async function writeHelp({ root, outdir, version }) {
  const pages = await askBundled({ root, outdir }, 'help-pages', ({ helpPages }) => helpPages(version));
  await writeFile(`${root}/${outdir}/help.json`, JSON.stringify(pages));
}
