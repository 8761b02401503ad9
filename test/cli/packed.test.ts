import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const built = join(inject('wactl'), '../..');

type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] };

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** Makes the tarball that would be published, of this run's build. */
async function pack(): Promise<Packed> {
  // Npm says nothing to anybody and keeps nothing at home.
  const env = {
    ...place.env,
    npm_config_cache: join(place.home, 'npm'),
    npm_config_update_notifier: 'false',
  };
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md'])
    await copyFile(join(root, name), join(built, name));
  const args = ['pack', '--json', '--offline', '--ignore-scripts', '--pack-destination', place.work];
  const { stdout } = await run('npm', args, { cwd: built, env });
  const [packed] = JSON.parse(stdout) as [Packed];
  return packed;
}

/** Unpacks it into node_modules, beside what its package.json asks for and nothing else. */
async function install({ filename }: Packed): Promise<string> {
  const modules = join(place.home, 'installed', 'node_modules');
  const home = join(modules, 'wactl');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(place.work, filename), '--strip-components=1', '-C', home]);
  const { dependencies } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  return join(home, 'bin', 'wactl.js');
}

it('the packed tarball has the program and its pages, and gives the tour where it is unpacked', async () => {
  const packed = await pack();
  const kinds = new Set(packed.files.map(({ path }) => path.replace(/\/.*/, '')));
  expect([...kinds].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json']);
  const wactl = await install(packed);
  const tour = await run(process.execPath, [wactl, 'demo'], { cwd: place.work, env: place.env });
  expect(tour.stderr).toContain('is logged in');
});
