import { accessSync, constants, statSync } from 'node:fs';
import { failed, fixRemedy, namedFew, ok, warning } from '../domain/finding.ts';
import { WactlError } from '../errors.ts';
import type { Check } from '../ports/doctor.ts';
import { changeable, closeToOthers, isOthers, octal, openTo, privatePaths } from './assert-private.ts';

/** `directory`: whether the config directory can be used, and by nobody else. */
export const directoryCheck = (directory: string, uid: number | undefined): Check => ({
  name: 'directory',
  timeoutMs: 3_000,
  examine() {
    return Promise.resolve().then(() => {
      const isThere = isUsable(directory);
      if (!isThere) return ok(`${directory} does not exist yet: the first session makes it`);
      if (uid === undefined) return ok(directory);
      const open = privatePaths(directory).flatMap(({ path, mode }) => {
        const found = openTo(path, uid);
        return found ? [{ ...found, mode }] : [];
      });
      // What belongs to root stays as it is, as long as only root can change it.
      const own = open.filter(({ isOwn }) => isOwn);
      const [worst] = open.filter(({ stats }) => isOthers(stats.mode));
      if (worst) {
        const { message, hint = null } = changeable(worst.path, worst.mode);
        return failed('store_unsafe', message, worst.isOwn ? fixRemedy : hint);
      }
      if (own.length === 0) return ok(`${directory}, private`);
      const words = own.map(({ path, stats }) => `${path} (mode ${octal(stats.mode)})`);
      return warning(`open to other users: ${namedFew(words)}`, fixRemedy);
    });
  },
  mend() {
    if (uid === undefined) return Promise.resolve([]);
    return Promise.resolve().then(() =>
      privatePaths(directory).flatMap(({ path, mode }) => {
        const open = openTo(path, uid);
        return (open?.isOwn && closeToOthers(open, mode)) || [];
      }),
    );
  },
});

/** False when it is missing. Throws `store_locked` when it is no directory, or this user may not write there. */
function isUsable(directory: string): boolean {
  try {
    const found = statSync(directory, { throwIfNoEntry: false });
    if (!found) return false;
    if (!found.isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    throw new WactlError(
      'store_locked',
      `${directory} cannot be used (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'check that you own it and can write to it, or choose another with --config-dir',
      { cause: error },
    );
  }
}
