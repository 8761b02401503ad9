import { defineConfig } from 'vitest/config';

const cli = 'test/cli/**/*.test.ts';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    pool: 'threads',
    // Most tests wait for a process or a socket: with two cores, vitest's own choice of one worker leaves both idle.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    env: { TZ: 'Pacific/Auckland', LC_ALL: 'sk_SK.UTF-8' },
    projects: [
      { extends: true, test: { name: 'rooms', include: ['test/**/*.test.ts'], exclude: [cli] } },
      // These run the program as it is built.
      { extends: true, test: { name: 'cli', include: [cli], globalSetup: ['test/support/cli-build.ts'] } },
    ],
  },
});
