// Builds what `wactl/baileys` is: one module for `import` and `require`, and its types. It must load neither Baileys nor libsignal,
// whose licence is another one; the build stops when it would.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { build } from 'esbuild';
import typescript from 'typescript';
import { fewBuiltins } from './builtin-plugin.js';
import { bundleOptions } from './bundle-options.js';
import { sharedPackages } from './shared-packages.js';
import { bundledLibsql } from './store-plugin.js';
import { assertNoCycle, toCommonJs } from './to-commonjs.js';

const names = ['WactlError', 'strictSignatures', 'useSession'];
const unwanted =
  /(?:^|\/)node_modules\/(?:@whiskeysockets\/baileys|libsignal|protobufjs|whatsapp-rust-bridge)\//;

const isOwnInput = (input) => input.startsWith('src/');

/** Resolves to the files that are in it, by their paths from the root. */
export async function buildBaileys({ root, outdir, version }) {
  const folder = `${root}/${outdir}/baileys`;
  await mkdir(folder, { recursive: true });
  const { outputFiles, metafile } = await build({
    ...bundleOptions,
    absWorkingDir: root,
    entryPoints: ['src/baileys.ts'],
    outdir: `${outdir}/baileys`,
    write: false,
    metafile: true,
    banner: {},
    define: { WACTL_VERSION: JSON.stringify(version) },
    plugins: [fewBuiltins, sharedPackages('..'), bundledLibsql],
  });
  const found = Object.keys(metafile.inputs).filter((path) => unwanted.test(path));
  if (found.length > 0) throw new Error(`wactl/baileys would load ${found[0]}`);
  assertNoCycle(metafile);
  const isOwn = (path) => Object.keys(metafile.outputs[relative(root, path)].inputs).some(isOwnInput);
  await Promise.all(
    outputFiles.map(async ({ path, text }) =>
      writeFile(`${folder}/${basename(path, '.js')}.cjs`, await toCommonJs(text, { foreign: !isOwn(path) })),
    ),
  );
  await writeFile(
    `${folder}/baileys.mjs`,
    `import entry from './baileys.cjs';\nexport const { ${names.join(', ')} } = entry;\n`,
  );
  const declarations = await declarationsOf(`${root}/src/bots/public.ts`);
  await writeFile(`${folder}/baileys.d.mts`, declarations);
  await writeFile(`${folder}/baileys.d.cts`, declarations);
  return metafile.inputs;
}

/** Of a file that imports no other file of ours. */
async function declarationsOf(path) {
  const { outputText, diagnostics = [] } = typescript.transpileDeclaration(await readFile(path, 'utf8'), {
    compilerOptions: { module: typescript.ModuleKind.NodeNext, target: typescript.ScriptTarget.ES2023 },
    fileName: path,
    reportDiagnostics: true,
  });
  if (diagnostics.length > 0) throw new Error(String(diagnostics[0].messageText));
  return outputText;
}
