import { chmod, chown, mkdir, readdir, rename, symlink } from 'node:fs/promises';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

type User = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly uid: number | undefined;
};

const { compileCacheDirectory } = (await import(
  pathToFileURL(join(inject('wactl'), '../compile-cache.js')).href
)) as { compileCacheDirectory: (user: User) => string | undefined };

const uid = process.geteuid?.() ?? 0;
const isRoot = uid === 0;
const hasCache = 'enableCompileCache' in module;
const stranger = 12_345;
const reason = 'only root can give a directory to another user';

let place: Place;
let caches: string;
let directory: string;

beforeEach(async () => {
  place = await Place.make();
  caches = join(place.home, '.cache');
  directory = join(caches, 'wactl');
});
afterEach(() => place.remove());

const decide = (env: User['env'] = { HOME: place.home }): string | undefined =>
  compileCacheDirectory({ env, platform: 'linux', uid });

const plant = async (mode: number): Promise<void> => {
  await mkdir(directory, { recursive: true });
  await chmod(directory, mode);
};

/** What somebody else could have prepared, and whether it takes root to prepare it in a test. */
const plots: readonly (readonly [string, boolean, () => Promise<void>])[] = [
  ['is open to all', false, () => plant(0o777)],
  ['was open to readers', false, () => plant(0o755)],
  [
    'is a link',
    false,
    async () => {
      await plant(0o700);
      await rename(directory, join(place.home, 'elsewhere'));
      await symlink(join(place.home, 'elsewhere'), directory);
    },
  ],
  [
    'lies where others can swap it',
    false,
    async () => {
      await plant(0o700);
      await chmod(caches, 0o777);
    },
  ],
  [
    'lies where a group can swap it',
    false,
    async () => {
      await plant(0o700);
      await chmod(caches, 0o770);
    },
  ],
  [
    "is another user's",
    true,
    async () => {
      await plant(0o700);
      await chown(directory, stranger, stranger);
    },
  ],
  [
    "lies in another user's directory",
    true,
    async () => {
      await plant(0o700);
      await chown(caches, stranger, stranger);
    },
  ],
];

describe('the directory for compiled code', () => {
  it('is made below the cache directory of the user, for this user alone', () => {
    expect(decide()).toBe(directory);
    expect(decide()).toBe(directory);
  });

  it.each([
    ['XDG_CACHE_HOME', 'linux', () => ({ XDG_CACHE_HOME: place.work }), 'work/wactl'],
    [
      'no relative XDG_CACHE_HOME',
      'linux',
      () => ({ HOME: place.home, XDG_CACHE_HOME: 'work' }),
      '.cache/wactl',
    ],
    ['LOCALAPPDATA', 'win32', () => ({ LOCALAPPDATA: place.work }), 'work/wactl'],
  ])('honours %s', (_, platform, env, expected) => {
    expect(compileCacheDirectory({ env: env(), platform, uid })).toBe(join(place.home, expected));
  });

  it('is below Library/Caches on a Mac', async () => {
    await mkdir(join(place.home, 'Library'));
    expect(compileCacheDirectory({ env: { HOME: place.home }, platform: 'darwin', uid })).toBe(
      join(place.home, 'Library/Caches/wactl'),
    );
  });

  it.each(['/nowhere/at/all', '/dev/null', '/proc'])('is absent for a home like %s', (home) => {
    expect(decide({ HOME: home })).toBeUndefined();
  });

  it.for(plots)('is absent when it %s', async ([, needsRoot, prepare], { skip }) => {
    skip(needsRoot && !isRoot, reason);
    await prepare();
    expect(decide()).toBeUndefined();
  });

  it('may lie in a shared directory in which only owners can remove files', async () => {
    await plant(0o700);
    await chmod(caches, 0o1777);
    expect(decide()).toBe(directory);
  });
});

describe.skipIf(!hasCache)('a command, where Node has a compile cache', () => {
  const run = async (): Promise<string[]> => {
    expect(await place.run(['config', 'path'])).toMatchObject({ status: 0, stderr: '' });
    return readdir(place.home);
  };

  it('keeps compiled code in the private directory, and none in the temporary one', async () => {
    expect((await run()).sort()).toEqual(['.cache', 'work']);
    expect(await readdir(directory)).toHaveLength(1);
  });

  it.for(plots)('keeps no compiled code when its directory %s', async ([, needsRoot, prepare], { skip }) => {
    skip(needsRoot && !isRoot, reason);
    await prepare();
    expect(await run()).not.toContain('node-compile-cache');
    expect(await readdir(directory)).toEqual([]);
  });

  it('works without a home directory', async () => {
    expect(await place.run(['config', 'path'], { env: { HOME: '/nowhere' } })).toMatchObject({ status: 0 });
  });

  it('obeys NODE_COMPILE_CACHE', async () => {
    const chosen = join(place.home, 'chosen');
    await place.run(['config', 'path'], { env: { NODE_COMPILE_CACHE: chosen } });
    expect(await readdir(chosen)).toHaveLength(1);
    await expect(readdir(directory)).rejects.toThrow('ENOENT');
  });
});
