// `import { packedFile } from 'package/file.js?packed'`: a large file for the browser. It is bundled into one ES module or style
// sheet, and lies beside the program with Brotli.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { build } from 'esbuild';

const suffix = '?packed';
const { resolve: find } = createRequire(import.meta.url);
const compress = promisify(brotliCompress);

/** The file as a browser loads it. */
async function bundled(path) {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    minify: true,
    // The licences are in a file of their own (write-licences.js).
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
    loader: { '.css': 'css' },
  });
  return outputFiles[0].contents;
}

/** With Brotli, which takes seconds: kept until the file or this one changes. */
async function packed(path, root) {
  const folder = resolve(root, 'node_modules/.cache/wactl-packed');
  const made = createHash('sha256');
  for (const source of [path, fileURLToPath(import.meta.url)]) made.update(await readFile(source));
  const kept = resolve(folder, made.digest('hex'));
  const before = await readFile(kept).catch(() => undefined);
  if (before) return before;
  const contents = await bundled(path);
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: contents.length };
  const now = await compress(contents, { params });
  await mkdir(folder, { recursive: true });
  await writeFile(`${kept}.${process.pid}`, now);
  await rename(`${kept}.${process.pid}`, kept);
  return now;
}

/** For esbuild. */
export const packedFiles = {
  name: 'packed-files',
  setup(builds) {
    const { absWorkingDir: root, outdir } = builds.initialOptions;
    // The metafile has the path, so that the licences of the package are written too.
    builds.onResolve({ filter: /\?packed$/ }, ({ path }) => ({
      path: find(path.slice(0, -suffix.length)) + suffix,
    }));
    builds.onResolve({ filter: /\.br$/ }, ({ path }) => ({ path, external: true }));
    builds.onLoad({ filter: /\?packed$/ }, async ({ path }) => {
      const file = path.slice(0, -suffix.length);
      const name = `${basename(file)}.br`;
      await writeFile(resolve(root, outdir, name), await packed(file, root));
      return { contents: `export const packedFile = require.resolve('./${name}');` };
    });
  },
};
