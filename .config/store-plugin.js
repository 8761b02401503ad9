// Bundles libsql's own JavaScript, so that only its native part is looked up at run time. Measured on Node 20: what
// `wactl list` takes beyond a bare node start shrinks by 0.5 of such a start.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** How libsql finds its native part: with detect-libc, which loads node:child_process for it. */
const theirs = /^const \{ load, currentTarget \} = require[^]*?^\}$/m;

const own = (path) => `
const { requireNative: find } = require(${JSON.stringify(path)});
const requireNative = () => find(require);
`;

export const bundledLibsql = {
  name: 'bundled-libsql',
  setup(build) {
    const { absWorkingDir: root = '.' } = build.initialOptions;
    build.onLoad({ filter: /[\\/]node_modules[\\/]libsql[\\/]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!theirs.test(source)) throw new Error(`${path} is not as it was: look at .config/store-plugin.js`);
      const finder = resolve(root, '.config/require-native.js');
      return { contents: source.replace(theirs, () => own(finder)), loader: 'js' };
    });
  },
};
