import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { UsageError } from '../errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Browsers that take orders through a pipe (--remote-debugging-pipe), as they are called in the PATH. */
const names = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
  'brave-browser',
];
const macApps = ['Google Chrome', 'Microsoft Edge', 'Chromium', 'Brave Browser'];
const windowsFolders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'];
const windowsPrograms = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/** Where this machine may have a browser of the Chromium family, the likeliest first. */
export function browserPlaces(platform: string, env: Env): readonly string[] {
  switch (platform) {
    case 'darwin':
      return macApps.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
    case 'win32':
      return windowsFolders
        .flatMap((folder) => env[folder] ?? [])
        .flatMap((folder) => windowsPrograms.map((program) => `${folder}\\${program}`));
    default:
      return (env['PATH'] ?? '')
        .split(delimiter)
        .filter((folder) => folder !== '')
        .flatMap((folder) => names.map((name) => join(folder, name)));
  }
}

/** The browser to start: the given one, or the first that is there. Throws UsageError. */
export async function findBrowser(given: string | undefined, platform: string, env: Env): Promise<string> {
  const isRemote = platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY'];
  if (given === undefined && isRemote)
    throw new UsageError(
      'this machine has no display, so no browser can ask for the passkey here',
      'run this command on the machine where the passkey is, over SSH: wactl passkey --help',
    );
  for (const path of given === undefined ? browserPlaces(platform, env) : [given])
    if (await canRun(path)) return path;
  throw new UsageError(
    given === undefined ? 'no Chrome, Chromium or Edge was found here' : `"${given}" is not a program`,
    'name one with --browser PATH, or use the console of any browser: wactl passkey ID --snippet',
  );
}

const canRun = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
