// Bundles libsql's own JavaScript, so that only its native part is looked up at run time. Measured on Node 20: what
// `wactl list` takes beyond a bare node start shrinks by 0.5 of such a start.
import { readFile } from 'node:fs/promises';

const changes = [
  {
    file: /[\\/]node_modules[\\/]libsql[\\/]index\.js$/,
    // The native part is libsql's dependency, not ours: it is found from where libsql is installed.
    from: 'require(`@libsql/${target}`)',
    to: 'require("node:module").createRequire(require.resolve("libsql"))(`@libsql/${target}`)',
  },
  {
    file: /[\\/]@neon-rs[\\/]load[\\/]dist[\\/]index\.js$/,
    // A diagnostic report takes 5 ms (and asks the DNS about open sockets); detect-libc, which libsql has, looks at a file.
    from: 'const report = process.report?.getReport();',
    to: 'return require("detect-libc").familySync() === "glibc";',
  },
];

export const bundledLibsql = {
  name: 'bundled-libsql',
  setup(build) {
    for (const { file, from, to } of changes) {
      build.onLoad({ filter: file }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        if (!source.includes(from))
          throw new Error(`${path} is not as it was: look at .config/store-plugin.js`);
        return { contents: source.replace(from, () => to), loader: 'js' };
      });
    }
  },
};
