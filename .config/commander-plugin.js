// Commander's files as ES modules, which the bundler puts side by side. As CommonJS each becomes a function, and Node reads
// what is in a function twice: at the start, and again when it is called.
import { readFile } from 'node:fs/promises';
import { build as bundle } from 'esbuild';
import { replaced } from './replaced.js';

const file = /[\\/]node_modules[\\/]commander[\\/](index|lib[\\/]\w+)\.js$/;

/** The source with imports and exports; a file that is written in another way stops the build. */
export function asModule(source, path) {
  const made = source
    .replace(/^const (\{[^}]*\}|\w+) = require\(('[^']*')\)(\.\w+)?;/gm, importOf)
    .replace(/^exports\.(\w+) = \1;.*$/gm, 'export { $1 };')
    .replace(/^exports\.(\w+) = (?=.)/gm, 'export const $1 = ');
  if (/\b(require\(|exports\b)/.test(made.replace(/^export .*$/gm, '').replace(/\/\*[^]*?\*\/|\/\/.*/g, '')))
    throw new Error(`${path} is not as it was: look at .config/commander-plugin.js`);
  return made;
}

const importOf = (_, names, from, member) =>
  member === undefined
    ? `import ${names} from ${from};`
    : `import { ${member.slice(1)} as ${names} } from ${from};`;

/** A program that nobody uses. */
const unused = {
  from: 'export const program = new Command();',
  to: 'export const program = /* @__PURE__ */ new Command();',
};

const lateFile = 'commander-help.cjs';
/** Drawing help and looking for a similar word: a fifth of commander, which waits in a file of its own for its first use. */
const late = [
  {
    from: "import { Help, stripColor } from './help.js';",
    to: `const late = () => require('./${lateFile}');`,
  },
  { from: "import { suggestSimilar } from './suggestSimilar';", to: '' },
  { from: 'new Help()', to: 'new (late().Help)()' },
  { from: '=> stripColor(', to: '=> late().stripColor(' },
  { from: '= suggestSimilar(', to: '= late().suggestSimilar(', times: 2 },
];

const changesOf = (path) => {
  if (path.endsWith('command.js')) return late;
  return path.endsWith('index.js') ? [unused] : [];
};

/** Writes the file that waits. */
export const buildCommanderHelp = ({ root, outdir }) =>
  bundle({
    absWorkingDir: root,
    stdin: {
      contents:
        "export { Help, stripColor } from './help.js'; export { suggestSimilar } from './suggestSimilar.js';",
      resolveDir: `${root}/node_modules/commander/lib`,
    },
    outfile: `${outdir}/${lateFile}`,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
  });

export const commanderAsModules = {
  name: 'commander-as-modules',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/]commander[\\/]esm\.mjs$/ }, () => ({
      contents: "export * from './index.js';",
    }));
    build.onResolve({ filter: new RegExp(`${lateFile}$`) }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: file }, async ({ path }) => ({
      contents: changesOf(path).reduce(
        (text, change) => replaced(text, change, path),
        asModule(await readFile(path, 'utf8'), path),
      ),
      loader: 'js',
    }));
  },
};
