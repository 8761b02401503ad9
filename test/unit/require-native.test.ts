import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

type System = { readonly platform: string; readonly arch: string; readonly isMusl: () => boolean };

const { isForMusl, nativeTarget } = (await import(
  new URL('../../.config/require-native.js', import.meta.url).href
)) as {
  readonly isForMusl: (start: string) => boolean | undefined;
  readonly nativeTarget: (system: System) => string;
};

const unasked = (): never => {
  throw new Error('only Linux has two kinds');
};

const systems = [
  ['darwin', 'arm64', unasked, 'darwin-arm64'],
  ['darwin', 'x64', unasked, 'darwin-x64'],
  ['win32', 'x64', unasked, 'win32-x64-msvc'],
  ['linux', 'x64', () => false, 'linux-x64-gnu'],
  ['linux', 'x64', () => true, 'linux-x64-musl'],
  ['linux', 'arm64', () => false, 'linux-arm64-gnu'],
  ['linux', 'arm64', () => true, 'linux-arm64-musl'],
  ['linux', 'arm', () => false, 'linux-arm-gnueabihf'],
  ['linux', 'arm', () => true, 'linux-arm-musleabihf'],
] as const;

it.each(systems)('the native part of libsql on %s %s is %4$s', (platform, arch, isMusl, target) => {
  expect(nativeTarget({ platform, arch, isMusl })).toBe(target);
});

it('libsql has a native part for these systems and no others', () => {
  const file = new URL('../../node_modules/libsql/package.json', import.meta.url);
  const { optionalDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  expect(systems.map(([, , , target]) => `@libsql/${target}`).sort()).toEqual(
    Object.keys(optionalDependencies).sort(),
  );
});

it.each([
  ['\x7fELF\0\0/lib64/ld-linux-x86-64.so.2\0', false],
  ['\x7fELF\0\0/lib/ld-linux-aarch64.so.1\0', false],
  ['\x7fELF\0\0/lib/ld-musl-x86_64.so.1\0', true],
  ['\x7fELF\0\0', undefined],
  ['', undefined],
])('a program that begins with %j is for musl: %s', (start, expected) => {
  expect(isForMusl(start)).toBe(expected);
});
