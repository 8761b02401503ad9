// Where Node may keep compiled code from one start to the next. Whoever can write there can have code run by whoever starts
// wactl, and Node itself checks no owner (22.8 to 24): so it is a directory that nobody else can have put there or change,
// or none.
'use strict';
const { lstatSync, mkdirSync, realpathSync } = require('node:fs');
const { homedir } = require('node:os');
const { dirname, isAbsolute, join } = require('node:path');

const writableByOthers = 0o022;
const sticky = 0o1000;

/**
 * The private directory, made when it is missing; undefined when it cannot be had. Never throws.
 * @param {{ env: Record<string, string | undefined>, platform: string, uid: number | undefined }} user
 * @returns {string | undefined}
 */
function compileCacheDirectory(user) {
  try {
    const caches = cachesOf(user);
    makeIfMissing(caches);
    const directory = join(realpathSync(caches), 'wactl');
    makeIfMissing(directory);
    return isPrivate(directory, user.uid) ? directory : undefined;
  } catch {
    return undefined;
  }
}

/** Where this user's programs keep what can be made again. Throws for a user without a home. */
function cachesOf({ env, platform }) {
  const { XDG_CACHE_HOME: xdg = '', LOCALAPPDATA: local = '' } = env;
  if (platform === 'win32') return isAbsolute(local) ? local : join(homeOf(env), 'AppData', 'Local');
  if (platform === 'darwin') return join(homeOf(env), 'Library', 'Caches');
  return isAbsolute(xdg) ? xdg : join(homeOf(env), '.cache');
}

function homeOf(env) {
  const home = env.HOME || homedir();
  if (!isAbsolute(home)) throw new Error('no home directory');
  return home;
}

/** One level, never more: what a home directory lies in is not made here. */
function makeIfMissing(directory) {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

/** Whether all that is in it comes from this user. On Windows a user's own folders are closed to others by default. */
function isPrivate(directory, uid) {
  const found = lstatSync(directory);
  if (!found.isDirectory()) return false;
  if (uid === undefined) return true;
  if (found.uid !== uid || (found.mode & 0o777) !== 0o700) return false;
  for (let path = directory; path !== dirname(path);) {
    path = dirname(path);
    if (!isHeldBy(uid, lstatSync(path))) return false;
  }
  return true;
}

/** Whether nobody but this user and root can replace what is in a directory. In a sticky one, only owners can. */
function isHeldBy(uid, { uid: owner, mode }) {
  const closed = (mode & writableByOthers) === 0 || (mode & sticky) !== 0;
  return (owner === uid || owner === 0) && closed;
}

exports.compileCacheDirectory = compileCacheDirectory;
