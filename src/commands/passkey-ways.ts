import type { Context } from '../context.ts';

/** How a person can answer the request for the passkey of an account, for the terminal that pairs. */
export function passkeyWays(cx: Context, id: string, minutes: number): readonly string[] {
  const passkey = `wactl ${cx.server === null ? '' : '--server URL '}passkey`;
  return [
    `This account asks for its passkey. Answer within ${String(minutes)} minutes, in another`,
    'terminal:',
    '',
    '  with a line for the console of the browser that has the passkey:',
    `    ${passkey} ${id} --snippet`,
    '  in a browser window, on the machine where the passkey is:',
    `    ${passkey} ${id} --options | wactl passkey sign |`,
    `      ${passkey} ${id} --assertion -`,
    `  the same, when ${id} is on a server that you reach by SSH:`,
    `    ssh SERVER wactl passkey ${id} --options | wactl passkey sign |`,
    `      ssh SERVER wactl passkey ${id} --assertion -`,
  ];
}

/** What is said of the code that the phone shows too. */
export const codeWords = (code: string): string => `the phone shows the code ${code}`;
