import { spawn } from 'node:child_process';
import { forBrowser } from '../domain/without-secrets.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The command that opens an address where a person sees it; undefined where nobody looks at a display. */
export function browserCommand(platform: string, env: Env): readonly [string, ...string[]] | undefined {
  const chosen = env['WACTL_BROWSER'];
  if (chosen !== undefined) return chosen === '' ? undefined : [chosen];
  // The display of a machine that one is logged in to from elsewhere is not before one's eyes; X can be forwarded.
  const isRemote = env['SSH_CONNECTION'] !== undefined;
  switch (platform) {
    case 'darwin':
      return isRemote ? undefined : ['open'];
    case 'win32':
      return isRemote ? undefined : ['rundll32', 'url.dll,FileProtocolHandler'];
    default:
      return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
  }
}

/** Opens an address in the person's browser, which goes on by itself. False where there is none. */
export async function openBrowser(url: string, platform: string, env: Env): Promise<boolean> {
  const [command, ...args] = browserCommand(platform, env) ?? [];
  if (command === undefined) return false;
  const browser = spawn(command, [...args, url], {
    stdio: 'ignore',
    detached: true,
    env: forBrowser(env),
  });
  const isStarted = await new Promise<boolean>((resolve) => {
    browser.once('spawn', () => resolve(true)).once('error', () => resolve(false));
  });
  browser.unref();
  return isStarted;
}
