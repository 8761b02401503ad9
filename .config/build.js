// Bundles src/main.ts into dist/, so that a command loads few files. `npm ci` runs it through `prepare`. Tests name
// another folder.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildBaileys } from './build-baileys.js';
import { scriptsForBrowsers } from './browser-script.js';
import { fewBuiltins } from './builtin-plugin.js';
import { bundleOptions } from './bundle-options.js';
import { buildCommanderHelp, commanderAsModules } from './commander-plugin.js';
import { joinStart } from './join-start.js';
import { lateParts } from './late-parts.js';
import { packedFiles } from './packed-file.js';
import { buildSharedPackages, sharedPackages } from './shared-packages.js';
import { fewSpinners } from './spinner-plugin.js';
import { plan, sharedChunk } from './shared-chunk.js';
import { bundledLibsql } from './store-plugin.js';
import { assertNoCycle, toCommonJs } from './to-commonjs.js';
import { writeHelp } from './write-help.js';
import { writeLicences } from './write-licences.js';
import { writeMan } from './write-man.js';
import { writeSbom } from './write-sbom.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = process.argv[2] ?? 'dist';
await rm(`${root}/${outdir}`, { recursive: true, force: true });
await mkdir(`${root}/${outdir}`, { recursive: true });
const { version } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
const bundle = (planned) =>
  build({
    ...bundleOptions,
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir,
    write: false,
    metafile: true,
    banner: {},
    define: { WACTL_VERSION: JSON.stringify(version) },
    plugins: [
      scriptsForBrowsers,
      packedFiles,
      sharedPackages('.'),
      lateParts(root, planned),
      sharedChunk(root, planned),
      fewBuiltins,
      commanderAsModules,
      fewSpinners,
      ...bundleOptions.plugins,
      bundledLibsql,
    ],
  });
const first = await bundle({});
const { outputFiles, metafile } = await bundle(plan(first.metafile));
assertNoCycle(metafile);
const isOwn = (input) => /(?:^|[/:])src\//.test(input) && !input.includes('node_modules/');
const isForeign = (path) => !Object.keys(metafile.outputs[relative(root, path)].inputs).some(isOwn);
const files = await Promise.all(
  outputFiles.map(async ({ path, text }) => ({
    name: basename(path, '.js'),
    code: await toCommonJs(text, { foreign: isForeign(path) }),
  })),
);
await Promise.all(
  joinStart(files, 'main').map(({ name, code }) => writeFile(`${root}/${outdir}/${name}.cjs`, code)),
);
await buildCommanderHelp({ root, outdir });
const inputs = {
  ...metafile.inputs,
  ...(await buildSharedPackages({ root, outdir })),
  ...(await buildBaileys({ root, outdir, version })),
};
await writeHelp({ root, outdir, version });
await writeMan({ root, outdir, version });
await writeLicences({ root, outdir, inputs });
await writeSbom({ root, outdir, inputs });
