// Commander's files as ES modules, which the bundler puts side by side. As CommonJS each becomes a function, and Node reads
// what is in a function twice: at the start, and again when it is called.
import { readFile } from 'node:fs/promises';

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

export const commanderAsModules = {
  name: 'commander-as-modules',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/]commander[\\/]esm\.mjs$/ }, () => ({
      contents: "export * from './index.js';",
    }));
    build.onLoad({ filter: file }, async ({ path }) => ({
      contents: asModule(await readFile(path, 'utf8'), path),
      loader: 'js',
    }));
  },
};
