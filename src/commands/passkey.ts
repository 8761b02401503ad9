import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { showPairCode } from '../domain/pair-code.ts';
import { passkeySnippet } from '../domain/passkey-options.ts';
import { DeclinedError, UsageError } from '../errors.ts';
import { idOrOnly } from './only-session.ts';
import { codeWords, passkeyWays } from './passkey-ways.ts';

export type PasskeyOptions = {
  readonly id: string | undefined;
  readonly options?: boolean;
  readonly snippet?: boolean;
  /** A path, or "-". */
  readonly assertion?: string;
  readonly confirm?: boolean;
};

/** `passkey ID`: the passkey that an account asks for before it links a device. */
export function definePasskey(program: Command, run: (options: PasskeyOptions) => Promise<void>): Command {
  const passkey = program
    .command('passkey')
    .summary('answer when an account asks for its passkey')
    .description(
      'While a session is being paired, WhatsApp may ask for the passkey of the account. This shows the request, and ' +
        'sends the answer, which only a browser on a page of web.whatsapp.com can make.',
    )
    .argument('[id]', 'session id, or a unique prefix (default: the only session there is)')
    .addOption(ways('--options', 'print the request, for: wactl passkey sign'))
    .addOption(
      ways('--snippet', 'print a line for the console of your browser, and take back what it prints'),
    )
    .addOption(ways('--assertion <file>', 'send the answer in this file; "-" is the standard input'))
    .addOption(ways('--confirm', 'say that the phone shows the same code'));
  return passkey.action((id: string | undefined, flags: Omit<PasskeyOptions, 'id'>) => run({ id, ...flags }));
}

const names = ['options', 'snippet', 'assertion', 'confirm'];
const ways = (flags: string, about: string): Option => {
  const option = new Option(flags, about);
  return option.conflicts(names.filter((name) => name !== option.attributeName()));
};

export async function runPasskey(cx: Context, options: PasskeyOptions): Promise<void> {
  const wactl = await cx.wactl();
  const { id } = await wactl.find(await idOrOnly(cx, options.id));
  const { signal } = cx;
  if (options.confirm) {
    const result = await wactl.confirmPasskey(id, { signal });
    return cx.io.result(result, () => `${id}: ${result.details}`);
  }
  if (options.assertion !== undefined) return answer(cx, id, await cx.io.readAll(options.assertion));
  const asked = await wactl.passkey(id, { signal });
  if (options.options) return cx.io.raw(JSON.stringify(asked.options));
  if (options.snippet) return byConsole(cx, id, asked.options);
  cx.io.result(asked, () => passkeyWays(cx, id, Math.ceil(asked.timeout_seconds / 60)));
}

async function answer(cx: Context, id: string, assertion: string): Promise<void> {
  const wactl = await cx.wactl();
  const { code: bare, needsConfirmation } = await wactl.answerPasskey(id, assertion, { signal: cx.signal });
  const code = showPairCode(bare);
  cx.io.result({ id, code, needs_confirmation: needsConfirmation }, () => `${id}: ${codeWords(code)}`);
  if (!needsConfirmation) return;
  if (!cx.io.canPrompt) return cx.io.say(`if it does, say so with: wactl passkey ${id} --confirm`);
  if (!(await cx.io.confirm('Does the phone show the same code?'))) throw new DeclinedError();
  await wactl.confirmPasskey(id, { signal: cx.signal });
}

async function byConsole(cx: Context, id: string, options: Readonly<Record<string, unknown>>): Promise<void> {
  cx.io.raw(passkeySnippet(options));
  if (!cx.io.canPrompt) return cx.io.say(`give what it prints to: wactl passkey ${id} --assertion -`);
  cx.io.say('');
  cx.io.say('1. open https://web.whatsapp.com in the browser that has the passkey');
  cx.io.say('2. open its console (F12), paste the line, press Enter, and use the passkey');
  cx.io.say('3. paste here what it prints, press Enter, then Ctrl-D');
  const pasted = await cx.io.readAll('-');
  if (pasted.trim() === '')
    throw new UsageError('nothing was pasted', `again: wactl passkey ${id} --snippet`);
  await answer(cx, id, pasted);
}
