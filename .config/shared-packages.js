// The large packages that the program and `wactl/baileys` both need, and which share nothing else: each of these files is in dist/ once.
import { build } from 'esbuild';
import { fewBuiltins } from './builtin-plugin.js';

/** By the file: the modules in it, and what of them is used. What must be there once, as Hono's own symbols, is in one file. */
const files = {
  conf: { conf: 'default' },
  hono: { hono: 'Hono', 'hono/compress': 'compress', 'hono/route': 'matchedRoutes' },
  'node-server': { '@hono/node-server': 'getRequestListener' },
  pg: { pg: 'Client, Pool, types' },
  'phone-numbers': { 'libphonenumber-js/min': 'parsePhoneNumberFromString' },
  socks: { socks: 'SocksClient' },
};

const fileOf = new Map(
  Object.entries(files).flatMap(([file, modules]) => Object.keys(modules).map((path) => [path, file])),
);

/** Loads the shared files from this folder, seen from what is built. */
export const sharedPackages = (folder) => ({
  name: 'shared-packages',
  setup(builds) {
    builds.onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
      fileOf.has(path) ? { path: `${folder}/${fileOf.get(path)}.cjs`, external: true } : undefined,
    );
  },
});

/** Resolves to the files that are in them, by their paths from the root. */
export async function buildSharedPackages({ root, outdir }) {
  const built = await Promise.all(
    Object.entries(files).map(([file, modules]) =>
      build({
        absWorkingDir: root,
        stdin: {
          contents: Object.entries(modules)
            .map(([path, names]) => `export { ${names} } from '${path}';`)
            .join(''),
          resolveDir: root,
        },
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
