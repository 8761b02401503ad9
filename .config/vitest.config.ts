import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { scriptsInTests } from './browser-script.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = 'test/cli/**/*.test.ts';
const built = 'test/wire/built-*.test.ts';

/** The tests that run the engine, as it is built: what users get. */
const engineTests = readdirSync(`${root}/test/wire`)
  .map((name) => `test/wire/${name}`)
  .filter(
    (path) => path.endsWith('.test.ts') && readFileSync(root + path, 'utf8').includes('/support/engine.ts'),
  );

/** Of this run alone. Below node_modules, where it finds the packages that are not bundled. */
const builtEngine = `${root}node_modules/.cache/wactl-engine-${process.pid}/engine.js`;

export default defineConfig({
  plugins: [scriptsInTests],
  test: {
    root,
    pool: 'threads',
    // Most tests wait for a process or a socket: with two cores, vitest's own choice of one worker leaves both idle.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    env: { TZ: 'Pacific/Auckland', LC_ALL: 'sk_SK.UTF-8' },
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          exclude: [cli, built, ...engineTests],
          globalSetup: ['test/support/postgres-setup.ts'],
        },
      },
      // These run the engine as it is built, which has a patched Baileys in it (engine-plugins.js).
      {
        extends: true,
        test: {
          name: 'built engine',
          include: [built, ...engineTests],
          globalSetup: ['test/support/engine-build.ts'],
          provide: { builtEngine },
          alias: [{ find: /^.*\/src\/whatsapp\/create-whatsapp\.ts$/, replacement: builtEngine }],
          server: { deps: { inline: [/wactl-engine-/] } },
        },
      },
      // These run the program as it is built.
      {
        extends: true,
        test: {
          name: 'cli',
          include: [cli],
          globalSetup: ['test/support/cli-build.ts', 'test/support/postgres-setup.ts'],
        },
      },
    ],
  },
});
