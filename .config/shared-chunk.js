// Every file of dist/ that a command loads takes a fiftieth of a bare node start. Left alone, esbuild makes one for each
// set of files that two parts of the program share; this makes one of all that most parts share.
import { readdir } from 'node:fs/promises';

const name = 'wactl:shared';

/** These load valibot, which only a command that reads documents needs. */
const isSchema = (file) => /^\.\/src\/schema\/.*schemas?\.ts$/.test(file);

/** Own files that every part of the program may import, but for what is large and seldom needed. */
const shared = async (root) => {
  const rooms = ['domain', 'ports', 'schema', 'app'];
  const files = await Promise.all(
    rooms.map(async (room) => (await readdir(`${root}/src/${room}`)).map((file) => `./src/${room}/${file}`)),
  );
  return [
    ...files.flat().filter((file) => file !== './src/domain/phone.ts' && !isSchema(file)),
    './src/errors.ts',
    './src/make-private-directory.ts',
    './src/sandbox/faults.ts',
    './src/terminal/cell-width.ts',
    './src/terminal/wrap-words.ts',
  ];
};

/** For esbuild's `inject`: what every file imports, every part shares. */
export const injected = [name];

export const sharedChunk = (root) => ({
  name: 'shared-chunk',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: 'shared' }));
    build.onLoad({ filter: /./, namespace: 'shared' }, async () => ({
      contents: (await shared(root)).map((file) => `import '${file}';`).join('\n'),
      resolveDir: root,
    }));
  },
});
