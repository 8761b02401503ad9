// Every file of dist/ that a command loads takes a fiftieth of a bare node start, and so do 15 kB in it. Left alone, esbuild makes
// one for each set of files that two parts of the program share; this makes one of all that every start needs, one of what the
// larger parts share besides, and one of what they share for the network.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { late, lateChunk, lateFiles } from './late-parts.js';

const atStart = 'wactl:start';
const besides = 'wactl:besides';
const network = 'wactl:network';
const documents = 'wactl:documents';
/** These load valibot, which only a command that reads documents needs. */
const isSchema = (file) => /^\.\/src\/schema\/.*schemas?\.ts$/.test(file);

/** Of the schemas, only /openapi.json needs these. */
const onlyDescribed = ['document-schemas.ts', 'json-schema.ts'];

/** Reads what processes answer each other. `status` waits for it, so it comes without all other documents. */
const answers = 'src/api/read-peer.ts';

/** What reads documents from elsewhere: a part that imports one of these gets all. */
const readers = async (root) => [
  ...(await readdir(`${root}/src/schema`))
    .filter((file) => !onlyDescribed.includes(file))
    .map((file) => `./src/schema/${file}`)
    .filter(isSchema),
  './src/api/http-client.ts',
  './src/api/read-answer.ts',
  './src/api/read-as.ts',
  './src/api/session-calls.ts',
];

const importsReader = (text) =>
  /^import (?!type ).*from '\.[^']*\/([\w-]+-schemas?|parse-by-schema|http-client|read-answer|read-as|read-peer|session-calls)\.ts';/m.test(
    text,
  );

/** What every command loads. */
const start = 'src/main.ts';

/** What only some commands load: to draw, to explain, to emulate, to share a PostgreSQL. */
const apart = /^src\/(terminal|help|page|sandbox|store\/postgres)\//;

const networkModules = ['node:http', 'node:https', 'node:net', 'node:tls', 'node:zlib'];

const isOwn = (path) => path.startsWith('src/');

/**
 * What `sharedChunk` is to put together in the next build, by the imports in this one. `started`: the own files that the start
 * imports, by way of others too. `common`: those of the rest that two parts or more import, and that need no package, and no module of
 * Node that the start does not load. `networking`: such files for the network, whose modules take long to load. `waiting`: the late
 * files, and what only they and other parts import. `answering`: what `answers` needs.
 */
export function plan({ inputs }) {
  const importsIn = (path, kind) => inputs[path].imports.filter((one) => one.kind === kind && !one.external);
  const reached = (from, but = []) => {
    const found = new Set();
    const add = (path) => {
      if (found.has(path) || path.startsWith('shared:') || but.includes(path)) return;
      found.add(path);
      for (const { path: next } of importsIn(path, 'import-statement')) add(next);
    };
    for (const path of from) add(path);
    return [...found];
  };
  const started = new Set(reached([start], lateFiles).filter(isOwn));
  const parts = Object.keys(inputs)
    .flatMap((path) => importsIn(path, 'dynamic-import').map((one) => one.path))
    .filter((path) => isOwn(path) && !started.has(path) && !lateFiles.includes(path));
  const uses = [...new Set(parts)].flatMap((part) => reached([part], lateFiles));
  const isCommon = (path) => uses.indexOf(path) !== uses.lastIndexOf(path);
  const answering = reached([answers], lateFiles).filter((path) => isOwn(path) && !started.has(path));
  const isWaiting = (path) => lateFiles.includes(path) || !(isCommon(path) || answering.includes(path));
  const waiting = reached(lateFiles).filter((path) => isOwn(path) && !started.has(path) && isWaiting(path));
  const isLight = (path) => reached([path]).every((one) => isOwn(one) || started.has(one));
  const shared = [...new Set(uses)].filter(
    (path) =>
      isOwn(path) &&
      !started.has(path) &&
      !waiting.includes(path) &&
      !answering.includes(path) &&
      !apart.test(path) &&
      isCommon(path) &&
      isLight(path),
  );
  const modulesOf = (paths) =>
    paths.flatMap((path) =>
      inputs[path].imports
        .filter(({ kind, external }) => external && kind === 'import-statement')
        .map((one) => one.path),
    );
  const loaded = new Set(modulesOf([...started]));
  const moreModules = (path) => modulesOf(reached([path])).filter((name) => !loaded.has(name));
  const isNetworking = (path) => moreModules(path).some((name) => networkModules.includes(name));
  const named = (paths) => paths.filter((path) => path !== start).map((path) => `./${path}`);
  return {
    started: named([...started]),
    waiting: named(waiting),
    common: named(shared.filter((path) => moreModules(path).length === 0)),
    networking: named(shared.filter(isNetworking)),
    answering: named(answering),
  };
}

/** Packages that are loaded by themselves, when they are needed, and what of them is used. */
const parts = { chalk: 'Chalk', ora: 'default' };

/** The files that a text imports, but for types. */
const importsOf = (text, path) =>
  [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)';/gm)].map(([, to]) =>
    resolve(dirname(path), to),
  );

/**
 * Makes a chunk of `started` and one of `common`. The latter is for own files and `parts`: a CommonJS file cannot import without
 * becoming a function, in which Node reads all twice.
 */
export const sharedChunk = (
  root,
  { started = [], common = [], networking = [], waiting = [], answering = [] } = {},
) => ({
  name: 'shared-chunk',
  async setup(build) {
    const startedPaths = new Set(started.map((file) => resolve(root, file)));
    const commonPaths = new Set(common.map((file) => resolve(root, file)));
    const networkPaths = new Set(networking.map((file) => resolve(root, file)));
    const waitingPaths = new Set(waiting.map((file) => resolve(root, file)));
    const alonePaths = new Set([`./${answers}`, ...answering].map((file) => resolve(root, file)));
    const reading = await readers(root);
    const readingPaths = new Set(reading.map((file) => resolve(root, file)));
    const imports = (path, text, files) =>
      !files.has(path) && importsOf(text, path).some((to) => files.has(to));
    const asks = (path, text) => {
      const isAlone = alonePaths.has(path);
      const isShared = isAlone || commonPaths.has(path) || networkPaths.has(path);
      return {
        [atStart]: true,
        [besides]: !isAlone && !networkPaths.has(path) && imports(path, text, commonPaths),
        [network]: !isAlone && imports(path, text, networkPaths),
        [late]: !isShared && imports(path, text, waitingPaths),
        [documents]: !isAlone && !readingPaths.has(path) && importsReader(text),
      };
    };
    const importsAll = (files) => files.map((file) => `import '${file}';`).join('\n');
    const contents = {
      // The call needs esbuild's own helpers, which would be a chunk of their own too.
      [atStart]: `${importsAll(started)}\nrequire('node:events');`,
      [besides]: importsAll(common),
      [network]: importsAll([besides, ...networking]),
      [late]: `${await lateChunk(root, lateFiles)}\n${importsAll(waiting)}`,
    };
    build.onResolve({ filter: new RegExp(`^(${atStart}|${besides}|${network}|${late})$`) }, ({ path }) => ({
      path,
      namespace: 'shared',
    }));
    build.onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({
      contents: contents[path],
      resolveDir: root,
    }));
    build.onResolve({ filter: new RegExp(`^${documents}$`) }, () => ({
      path: documents,
      namespace: 'readers',
    }));
    const placeOf = (path) =>
      commonPaths.has(path) ? besides : networkPaths.has(path) ? network : undefined;
    // A part that is such a file itself comes with the others too.
    const whole = (path) => (readingPaths.has(path) ? documents : placeOf(path));
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path: named, kind, resolveDir }) => {
      const path = resolve(resolveDir, named);
      return kind === 'dynamic-import' && whole(path) ? { path, namespace: 'with-others' } : undefined;
    });
    build.onLoad({ filter: /./, namespace: 'with-others' }, ({ path }) => ({
      contents: `export * from '${path}'; import '${whole(path)}';`,
      resolveDir: root,
    }));
    build.onLoad({ filter: /./, namespace: 'readers' }, () => ({
      contents: importsAll(reading),
      resolveDir: root,
    }));
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      if (startedPaths.has(path)) return undefined;
      const text = await readFile(path, 'utf8');
      const asked = Object.entries(asks(path, text)).filter(([, does]) => does);
      return { contents: `${text}\n${importsAll(asked.map(([name]) => name))}`, loader: 'ts' };
    });
    build.onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && path in parts ? { path, namespace: 'part' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({
      contents: `export { ${parts[path]} } from '${path}'; import '${atStart}';`,
      resolveDir: root,
    }));
  },
});
