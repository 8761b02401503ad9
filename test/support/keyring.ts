import { spawnSync } from 'node:child_process';

const isThere = (command: string): boolean =>
  spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** Why there is no keyring of a desktop to be had here; undefined where there is one. */
export const whyNoKeyring: string | undefined =
  process.platform !== 'linux'
    ? 'Linux only'
    : ['dbus-run-session', 'gnome-keyring-daemon'].find((command) => !isThere(command)) &&
      'dbus or gnome-keyring is not installed';

/** Runs a command in a desktop session of its own, whose keyring, kept in the home, is unlocked. */
export const desktop: readonly string[] = [
  ...['dbus-run-session', '--', 'bash', '-c'],
  'printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"',
  'bash',
];

/** The same, but nobody has unlocked it. */
export const lockedDesktop: readonly string[] = ['dbus-run-session', '--'];
