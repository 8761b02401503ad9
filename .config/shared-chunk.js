// Every file of dist/ that a command loads takes a fiftieth of a bare node start. Left alone, esbuild makes one for each
// set of files that two parts of the program share; this makes one of all that most parts share.
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const name = 'wactl:shared';
const documents = 'wactl:documents';
const rooms = ['domain', 'ports', 'schema', 'app'];

/** These load valibot, which only a command that reads documents needs. */
const isSchema = (file) => /^\.\/src\/schema\/.*schemas?\.ts$/.test(file);

/** Of the schemas, only /openapi.json needs these. */
const onlyDescribed = ['document-schemas.ts', 'json-schema.ts'];

/** What reads documents from elsewhere: a part that imports one of these gets all. */
const readers = async (root) => [
  ...(await readdir(`${root}/src/schema`))
    .filter((file) => !onlyDescribed.includes(file))
    .map((file) => `./src/schema/${file}`)
    .filter(isSchema),
  './src/api/http-client.ts',
  './src/api/read-answer.ts',
  './src/api/session-calls.ts',
];

const importsReader = (text) =>
  /^import (?!type ).*from '\.[^']*\/([\w-]+-schemas?|parse-by-schema|http-client|read-answer|session-calls)\.ts';/m.test(
    text,
  );

/** Own files that every part of the program may import, but for what is large and seldom needed. */
const shared = async (root) => {
  const files = await Promise.all(
    rooms.map(async (room) => (await readdir(`${root}/src/${room}`)).map((file) => `./src/${room}/${file}`)),
  );
  return [
    ...files.flat().filter((file) => file !== './src/domain/phone.ts' && !isSchema(file)),
    './src/errors.ts',
    // These use packages that conf and ora use too.
    './src/settings/config-directory.ts',
    './src/terminal/cell-width.ts',
  ];
};

/** What every command loads, and what each command that looks loads besides. */
const starts = ['src/main.ts', 'src/store/open-store.ts'];

/** Own files that a build put into chunks which a start has to load: `sharedChunk` takes them into the one of the next build. */
export function splitOff({ outputs }) {
  const isLoaded = ({ kind, path }) => kind === 'import-statement' && path in outputs;
  return Object.values(outputs)
    .filter(({ entryPoint }) => starts.includes(entryPoint))
    .flatMap(({ imports }) =>
      imports.filter(isLoaded).flatMap(({ path }) => Object.keys(outputs[path].inputs)),
    )
    .filter((path) => path.startsWith('src/'))
    .map((path) => `./${path}`);
}

/** Packages that are loaded by themselves, when they are needed, and what of them is used. */
const parts = { '@hono/node-server': 'getRequestListener', chalk: 'Chalk', conf: 'default', ora: 'default' };

/**
 * What every part of the program imports is in one chunk. Parts are own files and `parts`: a CommonJS file cannot import
 * without becoming a function, in which Node reads all twice.
 */
export const sharedChunk = (root, more = []) => ({
  name: 'shared-chunk',
  async setup(build) {
    const files = [...new Set([...(await shared(root)), ...more])];
    const paths = new Set(files.map((file) => resolve(root, file)));
    const reading = await readers(root);
    const readingPaths = new Set(reading.map((file) => resolve(root, file)));
    build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: 'shared' }));
    build.onLoad({ filter: /./, namespace: 'shared' }, () => ({
      // The call needs esbuild's own helpers, which would be a chunk of their own too.
      contents: [...files.map((file) => `import '${file}';`), "require('node:events');"].join('\n'),
      resolveDir: root,
    }));
    build.onResolve({ filter: new RegExp(`^${documents}$`) }, () => ({
      path: documents,
      namespace: 'readers',
    }));
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, kind, resolveDir }) =>
      kind === 'dynamic-import' && readingPaths.has(resolve(resolveDir, path))
        ? { path: resolve(resolveDir, path), namespace: 'reader' }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'reader' }, ({ path }) => ({
      contents: `export * from '${path}'; import '${documents}';`,
      resolveDir: root,
    }));
    build.onLoad({ filter: /./, namespace: 'readers' }, () => ({
      contents: reading.map((file) => `import '${file}';`).join('\n'),
      resolveDir: root,
    }));
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      if (paths.has(path)) return undefined;
      const text = await readFile(path, 'utf8');
      const also = !readingPaths.has(path) && importsReader(text) ? `\nimport '${documents}';` : '';
      return { contents: `${text}\nimport '${name}';${also}`, loader: 'ts' };
    });
    build.onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && path in parts ? { path, namespace: 'part' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({
      contents: `export { ${parts[path]} } from '${path}'; import '${name}';`,
      resolveDir: root,
    }));
  },
});
