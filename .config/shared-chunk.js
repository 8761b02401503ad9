// Every file of dist/ that a command loads takes a fiftieth of a bare node start. Left alone, esbuild makes one for each
// set of files that two parts of the program share; this makes one of all that most parts share.
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const name = 'wactl:shared';
const rooms = ['domain', 'ports', 'schema', 'app'];

/** These load valibot, which only a command that reads documents needs. */
const isSchema = (file) => /^\.\/src\/schema\/.*schemas?\.ts$/.test(file);

/** Own files that every part of the program may import, but for what is large and seldom needed. */
const shared = async (root) => {
  const files = await Promise.all(
    rooms.map(async (room) => (await readdir(`${root}/src/${room}`)).map((file) => `./src/${room}/${file}`)),
  );
  return [
    ...files.flat().filter((file) => file !== './src/domain/phone.ts' && !isSchema(file)),
    './src/errors.ts',
    './src/make-private-directory.ts',
    './src/sandbox/faults.ts',
    './src/settings/config-directory.ts',
    './src/terminal/cell-width.ts',
    './src/terminal/wrap-words.ts',
  ];
};

/** Packages that are loaded by themselves, when they are needed, and what of them is used. */
const parts = { '@hono/node-server': 'getRequestListener', chalk: 'Chalk', conf: 'default', ora: 'default' };

/**
 * What every part of the program imports is in one chunk. Parts are own files and `parts`: a CommonJS file cannot import
 * without becoming a function, in which Node reads all twice.
 */
export const sharedChunk = (root) => ({
  name: 'shared-chunk',
  async setup(build) {
    const files = await shared(root);
    const paths = new Set(files.map((file) => resolve(root, file)));
    build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: 'shared' }));
    build.onLoad({ filter: /./, namespace: 'shared' }, () => ({
      contents: files.map((file) => `import '${file}';`).join('\n'),
      resolveDir: root,
    }));
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) =>
      paths.has(path)
        ? undefined
        : { contents: `${await readFile(path, 'utf8')}\nimport '${name}';`, loader: 'ts' },
    );
    build.onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && path in parts ? { path, namespace: 'part' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({
      contents: `export { ${parts[path]} } from '${path}'; import '${name}';`,
      resolveDir: root,
    }));
  },
});
