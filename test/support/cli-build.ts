import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The launcher of this run's own build. */
    wactl: string;
  }
}

const root = join(import.meta.dirname, '../..');

/**
 * Builds the program once per run, outside dist/, which may be rebuilt meanwhile: below node_modules, where it finds
 * the packages that are not bundled. Vitest's globalSetup; removes the build at the end.
 */
export default async function buildForTests(project: TestProject): Promise<() => Promise<void>> {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const home = await mkdtemp(join(cache, 'wactl-test-'));
  const remove = () => rm(home, { recursive: true, force: true });
  try {
    const outdir = relative(root, join(home, 'dist'));
    await promisify(execFile)(process.execPath, ['.config/build.js', outdir], { cwd: root });
    await cp(join(root, 'bin'), join(home, 'bin'), { recursive: true });
    await copyFile(join(root, 'package.json'), join(home, 'package.json'));
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide('wactl', join(home, 'bin/wactl.js'));
  return remove;
}
