import { lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryDirectory } from '../../src/compose/temporary-directory.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wactl-test-'));
});
afterEach(() => rm(root, { recursive: true }));

const made = (isRunning: (pid: number) => boolean): Promise<string> =>
  temporaryDirectory({ root, pid: 7, isRunning });

/** Waits until the sweep has removed all of these, in its order. */
async function gone(...names: string[]): Promise<void> {
  while ((await readdir(root)).some((name) => names.includes(name))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it('a temporary directory is private, and named after its process', async () => {
  const directory = await made(() => false);
  expect(basename(directory)).toMatch(/^wactl-7-\w{6}$/);
  expect((await lstat(directory)).mode & 0o777).toBe(0o700);
});

it('a new temporary directory replaces those of killed processes, and nothing else', async () => {
  const stays = [
    'wactl-8-running',
    'wactl-8-abcdef',
    'wactl-abcdef',
    'wactl-99-abc',
    'other-99-abcdef',
    'target',
  ];
  for (const name of [...stays, 'wactl-99-abcdef', 'wactl-98-ABCDEF']) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, 'wactl.db'), 'x');
  }
  await symlink(join(root, 'target'), join(root, 'wactl-97-abcdef'));
  await symlink(join(root, 'target'), join(root, 'wactl-99-abcdef', 'link'));
  await writeFile(join(root, 'wactl-96-abcdef'), 'x');
  const directory = await made((pid) => pid === 8);
  await gone('wactl-99-abcdef', 'wactl-98-ABCDEF');
  const left = [...stays, basename(directory), 'wactl-97-abcdef', 'wactl-96-abcdef'];
  expect((await readdir(root)).sort()).toEqual(left.sort());
  expect(await readdir(join(root, 'target'))).toEqual(['wactl.db']);
});

it('a temporary directory is created even where nothing can be listed or removed', async () => {
  await mkdir(join(root, 'wactl-99-abcdef'));
  const directory = await made(() => {
    throw new Error('not known');
  });
  expect((await lstat(directory)).isDirectory()).toBe(true);
});
