// The large packages that the program needs as well as `wactl/baileys`, which share no other file: each is one file in dist/ that
// both load.
import { build } from 'esbuild';
import { fewBuiltins } from './builtin-plugin.js';

/** By the package: the file, and what of it is used. */
const packages = {
  '@hono/node-server': { file: 'node-server', names: 'getRequestListener' },
  conf: { file: 'conf', names: 'default' },
  'libphonenumber-js/min': { file: 'phone-numbers', names: 'parsePhoneNumberFromString' },
  pg: { file: 'pg', names: 'Client, Pool, types' },
  socks: { file: 'socks', names: 'SocksClient' },
};

/** Loads the shared files from this folder, seen from what is built. */
export const sharedPackages = (folder) => ({
  name: 'shared-packages',
  setup(builds) {
    builds.onResolve(
      { filter: /^(@hono\/node-server|conf|libphonenumber-js\/min|pg|socks)$/ },
      ({ path }) => ({
        path: `${folder}/${packages[path].file}.cjs`,
        external: true,
      }),
    );
  },
});

/** Resolves to the files that are in them, by their paths from the root. */
export async function buildSharedPackages({ root, outdir }) {
  const built = await Promise.all(
    Object.entries(packages).map(([path, { file, names }]) =>
      build({
        absWorkingDir: root,
        stdin: { contents: `export { ${names} } from '${path}';`, resolveDir: root },
        outfile: `${outdir}/${file}.cjs`,
        bundle: true,
        format: 'cjs',
        platform: 'node',
        target: 'node20',
        minify: true,
        // The licences are in a file of their own (write-licences.js).
        legalComments: 'none',
        metafile: true,
        plugins: [fewBuiltins],
      }),
    ),
  );
  return Object.assign({}, ...built.map(({ metafile }) => metafile.inputs));
}
