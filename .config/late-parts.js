// What a start imports and only some commands run. The files below are one chunk of their own; the start gets functions and classes
// that load it when they are first called. `require` does that at once, so nothing in src/ knows of it.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

export const late = 'wactl:late';
const loader = 'wactl:late-loader';

/** No command runs them that only looks at sessions. They may export functions and classes, and types. */
export const lateFiles = [
  ...[
    'answer-passkey',
    'change-webhooks',
    'connect-session',
    'create-session',
    'delete-session',
    'disconnect-session',
    'keep-online',
    'pair-session',
    'replay-webhook',
    'update-session',
  ].map((name) => `src/app/${name}.ts`),
  ...[
    'copy/sqlite-place',
    'create-database',
    'credential-table',
    'data-keys',
    'delivery-claim-table',
    'event-mark-row',
    'held-sessions',
    'migrate',
    'outbox-table',
    'reseal',
    'seal',
    'session-writes',
    'sqlite-outbox',
    'token-table',
  ].map((name) => `src/store/${name}.ts`),
  'src/app/wait-for-status.ts',
  'src/domain/webhook-headers.ts',
  'src/terminal/check-list.ts',
  'src/terminal/pair-code-lines.ts',
  'src/terminal/qr-display.ts',
];

const exported =
  /^export (?:abstract )?(?:(?:async )?function\*? (\w+)|class (\w+)|const (\w+) = (?:async )?(?:<[^>]*>)?\(|const (\w+) = (?:async )?\w+ =>)/gm;

/** The functions and classes that a source exports. */
const exportsOf = (source) =>
  [...source.matchAll(exported)].map(([, fn, type, arrow, short]) => ({
    name: fn ?? type ?? arrow ?? short,
    isClass: type !== undefined,
  }));

const standIn = ({ name, isClass }) =>
  isClass
    ? `export function ${name}(...args) { return new (late().${name})(...args); }`
    : `export const ${name} = (...args) => late().${name}(...args);`;

/** The chunk of `files`, whose exports are one list: two of one name stop the build. */
export async function lateChunk(root, files) {
  const lines = files.map(async (file) => {
    const names = exportsOf(await readFile(resolve(root, file), 'utf8')).map(({ name }) => name);
    return `export { ${names.join()} } from './${file}';`;
  });
  return (await Promise.all(lines)).join('\n');
}

/** What a class is besides something to make, a stand-in is not. */
function assertOnlyMade(source, path) {
  const name = /\b(?:instanceof|extends) (\w+)/g;
  const wanted = new Set([...source.matchAll(name)].map(([, found]) => found));
  for (const [, names, from] of source.matchAll(/^import (?!type )\{([^}]*)\} from '([^']+)';/gm)) {
    const one = lateFiles.some((file) => file.endsWith(from.replace(/^[./]+/, '/')));
    const asked = names.split(',').find((each) => wanted.has(each.trim()));
    if (one && asked)
      throw new Error(`${path} asks for the class ${asked.trim()}: look at .config/late-parts.js`);
  }
}

/** In what every start imports (`started`), and what larger parts share, puts stand-ins in the place of the late files. */
export const lateParts = (root, { started = [], common = [], networking = [], answering = [] } = {}) => ({
  name: 'late-parts',
  setup(build) {
    const sharedPaths = new Set(
      [...started, ...common, ...networking, ...answering].map((file) => resolve(root, file)),
    );
    const latePaths = new Set(lateFiles.map((file) => resolve(root, file)));
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, async ({ path: named, kind, importer, resolveDir }) => {
      const path = resolve(resolveDir, named);
      if (kind !== 'import-statement' || !latePaths.has(path) || !sharedPaths.has(importer)) return undefined;
      assertOnlyMade(await readFile(importer, 'utf8'), importer);
      return { path, namespace: 'late' };
    });
    build.onResolve({ filter: new RegExp(`^${loader}$`) }, ({ path }) => ({ path, namespace: 'late' }));
    build.onLoad({ filter: /./, namespace: 'late' }, async ({ path }) => {
      // `.config/to-commonjs.js` knows this call.
      if (path === loader) return { contents: `export const late = () => atOnce(import('${late}'));` };
      const all = exportsOf(await readFile(path, 'utf8')).map(standIn);
      return { contents: [`import { late } from '${loader}';`, ...all].join('\n') };
    });
  },
});
