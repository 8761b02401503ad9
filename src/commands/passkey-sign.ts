import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { checkAssertion } from '../domain/passkey-assertion.ts';
import { readPasskeyOptions } from '../domain/passkey-options.ts';
import { UsageError } from '../errors.ts';

export type PasskeySignOptions = {
  /** Paths. */
  readonly browser?: string;
  readonly profile?: string;
};

/** `passkey sign`: answers a request on the machine where the passkey is. It needs no session. */
export function definePasskeySign(
  passkey: Command,
  run: (options: PasskeySignOptions) => Promise<void>,
): void {
  passkey
    .command('sign')
    .summary('answer a request with the passkey, in a browser of this machine')
    .description(
      'Reads a request (wactl passkey ID --options) from stdin, opens a window of your Chrome, Chromium or Edge that asks ' +
        'for the passkey, and prints the answer (for wactl passkey ID --assertion -). Needs no session on this machine.',
    )
    .option('--browser <path>', 'browser to open (default: the first one found)')
    .option('--profile <directory>', 'its profile (default: a new one, removed afterwards)')
    .action((flags: PasskeySignOptions) => run(flags));
}

export async function runPasskeySign(cx: Context, { browser, profile }: PasskeySignOptions): Promise<void> {
  const given = await cx.io.readAll('-');
  const options = readPasskeyOptions(Buffer.from(given.trim()));
  if (!options)
    throw new UsageError(
      'this is not a request for the passkey of a WhatsApp account',
      'print one with: wactl passkey ID --options',
    );
  cx.io.say('a window of your browser asks for the passkey');
  const signed = await cx.signPasskey({ request: options.text, browser, profile });
  cx.io.raw(checkAssertion(signed, options).text);
}
