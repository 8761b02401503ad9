// `import { script } from './browser/page.ts?script'`: TypeScript for the browser, bundled into one text that a page brings
// with it. The build and the tests read it alike.
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';

const suffix = '?script';

async function moduleOf(path) {
  const { outputFiles, metafile } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    metafile: true,
    absWorkingDir: dirname(path),
    format: 'iife',
    platform: 'browser',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    // Names stay, so that stacks can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  });
  return {
    contents: `export const script = ${JSON.stringify(outputFiles[0].text)};`,
    files: Object.keys(metafile.inputs).map((file) => resolve(dirname(path), file)),
  };
}

/** For esbuild. */
export const scriptsForBrowsers = {
  name: 'scripts-for-browsers',
  setup(build) {
    build.onResolve({ filter: /\.ts\?script$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.slice(0, -suffix.length)),
      namespace: 'script',
    }));
    build.onLoad({ filter: /./, namespace: 'script' }, async ({ path }) => {
      const { contents, files } = await moduleOf(path);
      return { contents, watchFiles: files };
    });
  },
};

/** For vitest. */
export const scriptsInTests = {
  name: 'scripts-for-browsers',
  enforce: 'pre',
  async load(id) {
    if (!id.endsWith(`.ts${suffix}`)) return undefined;
    const { contents, files } = await moduleOf(id.slice(0, -suffix.length));
    for (const file of files) this.addWatchFile(file);
    return contents;
  },
};
