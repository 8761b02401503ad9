import type { Command } from 'commander';
import type { SandboxFault } from '../ports/sandbox.ts';
import { wholeNumber } from './flags.ts';

/** An order to a running sandbox. */
export type SandboxControlOptions = Order & ToOne;

/** To which sandbox it goes. */
type ToOne = { readonly endpoint?: string };

type Order =
  | {
      readonly action: 'scan';
      readonly qr: string | undefined;
      readonly latest?: true;
      readonly phone?: string;
    }
  | { readonly action: 'enter-code'; readonly phone: string; readonly code: string }
  | { readonly action: 'sign-passkey'; readonly options: string; readonly phone?: string }
  | { readonly action: 'unlink'; readonly id: string }
  | { readonly action: 'send'; readonly id: string; readonly text: string }
  | { readonly action: 'push-name'; readonly name: string; readonly phone?: string }
  | { readonly action: 'fault'; readonly fault: SandboxFault }
  | { readonly action: 'faults'; readonly clear: boolean }
  | { readonly action: 'devices' | 'env' | 'stop' };

/** `sandbox scan`, `sandbox fault` and the like: acts on the emulated phone. */
export function defineSandboxControl(
  sandbox: Command,
  faults: string,
  run: (options: SandboxControlOptions) => Promise<void>,
): void {
  sandbox
    .command('scan')
    .summary('scan a QR with the phone')
    .argument('[qr]', 'the text in the QR, or "-" to read it from stdin')
    .option('--latest', 'scan the QR that was shown last, by create or qr in another terminal')
    .option('--phone <number>', 'phone that scans it')
    .action((qr: string | undefined, flags: ToOne & { latest?: true; phone?: string }) =>
      run({ action: 'scan', qr, ...flags }),
    );
  sandbox
    .command('enter-code')
    .summary('type a pairing code on a phone')
    .argument('<phone>', 'phone number with its country code')
    .argument('<code>', 'as shown: ABCD-EFGH')
    .action((phone: string, code: string, flags: ToOne) =>
      run({ action: 'enter-code', phone, code, ...flags }),
    );
  sandbox
    .command('sign-passkey')
    .summary("answer a request with the passkey of a phone's account")
    .argument('<options>', 'the request, as wactl passkey ID --options prints it; "-" to read it from stdin')
    .option('--phone <number>', 'phone whose account it is')
    .action((options: string, flags: ToOne & { phone?: string }) =>
      run({ action: 'sign-passkey', options, ...flags }),
    );
  sandbox
    .command('unlink')
    .summary('unlink a device on its phone')
    .argument('<id>', 'session id, or a device jid')
    .action((id: string, flags: ToOne) => run({ action: 'unlink', id, ...flags }));
  sandbox
    .command('send')
    .summary('send a text message to a session')
    .argument('<id>', 'session id, or a device jid')
    .argument('<text>')
    .action((id: string, text: string, flags: ToOne) => run({ action: 'send', id, text, ...flags }));
  sandbox
    .command('push-name')
    .summary('change the push name on a phone')
    .argument('<name>', 'any text, also one that no honest person would take')
    .option('--phone <number>', 'phone whose name it is')
    .action((name: string, flags: ToOne & { phone?: string }) =>
      run({ action: 'push-name', name, ...flags }),
    );
  sandbox
    .command('fault')
    .summary('make something go wrong')
    .argument('<kind>')
    .option('--times <n>', 'how often (default: once)', wholeNumber(1))
    .option('--code <n>', 'code to answer with', wholeNumber(0))
    .option('--ban <n>', 'reason code of a temporary ban', wholeNumber(0))
    .option('--expire <seconds>', 'how long the ban lasts', wholeNumber(0))
    .option('--header <text>', 'header of the failure')
    .option('--subtext <text>', 'text below the header')
    .option('--conflict <type>', 'none, device_removed or replaced')
    .option('--answer <what>', '404, slow, two_revisions or rubbish')
    .option('--ms <n>', 'delay in milliseconds', wholeNumber(0))
    .option('--at <n>', 'which stanza, counted from 1', wholeNumber(1))
    .option('--direction <way>', 'received or sent')
    .option('--when <when>', 'now or next')
    .option('--query <name>', 'which query')
    .option('--count <n>', 'how many in a row (default: 1)', wholeNumber(1))
    .option('--form <name>', 'which form of the fault')
    .option('--backoff <seconds>', 'how long the client is told to wait', wholeNumber(1))
    .option('--jid <jid>', 'device jid to send')
    .option('--flaw <name>', 'what goes wrong with the passkey')
    .option('--device <jid>', 'only this device or phone')
    .option('--on <what>', 'only at registration or login')
    .addHelpText('after', () => `\nKinds:\n${faults}`)
    .action((kind: string, { endpoint, ...fault }: ToOne & SandboxFault) =>
      run({ action: 'fault', fault: { kind, ...fault }, ...(endpoint === undefined ? {} : { endpoint }) }),
    );
  sandbox
    .command('faults')
    .summary('list the faults that have not hit yet')
    .option('--clear', 'cancel them', false)
    .action((flags: ToOne & { clear: boolean }) => run({ action: 'faults', ...flags }));
  sandbox
    .command('devices')
    .summary('list the linked devices of all phones')
    .action((flags: ToOne) => run({ action: 'devices', ...flags }));
  sandbox
    .command('env')
    .summary('print shell lines that point wactl at it')
    .action((flags: ToOne) => run({ action: 'env', ...flags }));
  sandbox
    .command('stop')
    .summary('stop the sandbox')
    .action((flags: ToOne) => run({ action: 'stop', ...flags }));
  for (const order of sandbox.commands)
    order.option('--endpoint <url>', 'address of the sandbox, where several are running');
}
