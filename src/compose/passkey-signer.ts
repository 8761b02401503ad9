import { platform } from 'node:os';
import { findBrowser } from '../devtools/find-browser.ts';
import { signPasskey } from '../devtools/sign-passkey.ts';
import type { PasskeyRequest } from '../context.ts';

/** Lets a browser of this machine answer a request for a passkey. */
export const signHere = async (
  { browser: given, ...request }: PasskeyRequest,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  temporary: () => Promise<string>,
): Promise<string> => {
  const browser = await findBrowser(given, platform(), env);
  return signPasskey({ ...request, browser, env, temporary, signal });
};
