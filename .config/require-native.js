// Finds libsql's native part. In the bundle it takes the place of libsql's own finder, which loads detect-libc for it, and that
// node:child_process. npm installs the native parts for both kinds of Linux, glibc and musl.
import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The package that holds it, without "@libsql/".
 * @param {{ platform: string, arch: string, isMusl: () => boolean }} system
 * @returns {string}
 */
export function nativeTarget({ platform, arch, isMusl }) {
  if (platform === 'win32') return `win32-${arch}-msvc`;
  if (platform !== 'linux') return `${platform}-${arch}`;
  if (arch === 'arm') return isMusl() ? 'linux-arm-musleabihf' : 'linux-arm-gnueabihf';
  return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`;
}

/**
 * Whether a program for Linux, of which this is the beginning, runs on musl: it names its loader. Undefined when it does not,
 * or not there.
 * @param {string} start
 * @returns {boolean | undefined}
 */
export function isForMusl(start) {
  if (start.includes('/ld-musl-')) return true;
  return start.includes('/ld-linux') ? false : undefined;
}

/** Loads it. npm installs it with wactl, as the one of its optional packages that is for this system. */
export function requireNative(require) {
  const name = `@libsql/${nativeTarget({ platform: process.platform, arch: process.arch, isMusl })}`;
  try {
    return require(name);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error(`the package ${name} is missing: install wactl again, with its optional packages`, {
      cause: error,
    });
  }
}

const isMusl = () => isForMusl(startOf(process.execPath)) ?? !hasGlibc();

function startOf(path) {
  const start = Buffer.alloc(2048);
  try {
    const file = openSync(path, 'r');
    readSync(file, start);
    closeSync(file);
  } catch {
    // The system lets it run, but not be read.
  }
  return start.toString('latin1');
}

/** It takes 5 ms, and without the first line asks the DNS about every open socket. */
function hasGlibc() {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime !== undefined;
}
