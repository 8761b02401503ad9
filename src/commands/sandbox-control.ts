import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { SandboxControl } from '../ports/sandbox.ts';
import { UsageError } from '../errors.ts';
import { wholeNumber } from './flags.ts';

export type FaultFlags = Readonly<Record<string, string | number>>;

/** An order to a running sandbox. */
export type SandboxControlOptions =
  | { readonly action: 'scan'; readonly qr: string; readonly phone?: string }
  | { readonly action: 'enter-code'; readonly phone: string; readonly code: string }
  | { readonly action: 'unlink'; readonly id: string }
  | { readonly action: 'send'; readonly id: string; readonly text: string }
  | { readonly action: 'fault'; readonly fault: FaultFlags }
  | { readonly action: 'devices' | 'stop' };

/** `sandbox scan|enter-code|unlink|send|fault|devices|stop`: act on the emulated phone. */
export function defineSandboxControl(
  sandbox: Command,
  faults: () => string,
  run: (options: SandboxControlOptions) => Promise<void>,
): void {
  sandbox
    .command('scan')
    .summary('scan a QR with the phone')
    .argument('<qr>', 'the text in the QR, or "-" to read it from stdin')
    .option('--phone <number>', 'phone that scans it')
    .action((qr: string, flags: { phone?: string }) => run({ action: 'scan', qr, ...flags }));
  sandbox
    .command('enter-code')
    .summary('type a pairing code on a phone')
    .argument('<phone>', 'phone number with its country code')
    .argument('<code>', 'as shown: ABCD-EFGH')
    .action((phone: string, code: string) => run({ action: 'enter-code', phone, code }));
  sandbox
    .command('unlink')
    .summary('unlink a device on its phone')
    .argument('<id>', 'session id, or a device jid')
    .action((id: string) => run({ action: 'unlink', id }));
  sandbox
    .command('send')
    .summary('send a text message to a session')
    .argument('<id>', 'session id, or a device jid')
    .argument('<text>')
    .action((id: string, text: string) => run({ action: 'send', id, text }));
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
    .option('--device <jid>', 'only this device or phone')
    .option('--on <what>', 'only at registration or login')
    .addHelpText('after', () => `\nKinds:\n${faults()}`)
    .action((kind: string, flags: FaultFlags) => run({ action: 'fault', fault: { kind, ...flags } }));
  sandbox
    .command('devices')
    .summary('list the linked devices of all phones')
    .action(() => run({ action: 'devices' }));
  sandbox
    .command('stop')
    .summary('stop the sandbox')
    .action(() => run({ action: 'stop' }));
}

export async function runSandboxControl(cx: Context, options: SandboxControlOptions): Promise<void> {
  const { endpoint } = cx.settings;
  if (!endpoint) {
    throw new UsageError(
      'no sandbox is set',
      'point wactl at one first: eval "$(wactl sandbox --detach --env)"',
    );
  }
  await act(cx, (await cx.sandbox()).at(endpoint.url), options);
}

async function act(cx: Context, sandbox: SandboxControl, options: SandboxControlOptions): Promise<void> {
  switch (options.action) {
    case 'scan': {
      const text = options.qr === '-' ? await cx.io.readAll('-') : options.qr;
      const device = await sandbox.scan(text.trim(), options.phone);
      return cx.io.result(device, () => device.jid);
    }
    case 'enter-code': {
      const device = await sandbox.enterCode(options.phone, options.code);
      return cx.io.result(device, () => device.jid);
    }
    case 'unlink': {
      const jid = await deviceJid(cx, options.id);
      await sandbox.unlink(jid);
      return cx.io.result({ unlinked: true, jid }, () => `${jid} is unlinked`);
    }
    case 'send': {
      const jid = await deviceJid(cx, options.id);
      await sandbox.sendText(jid, options.text);
      return cx.io.result({ sent: true, jid }, () => `sent to ${jid}`);
    }
    case 'fault':
      await sandbox.fault(options.fault);
      return cx.io.result({ ordered: options.fault }, () => `scheduled: ${String(options.fault['kind'])}`);
    case 'devices': {
      const devices = await sandbox.devices();
      return cx.io.result(devices, () =>
        cx.io.table(
          ['DEVICE', 'ONLINE'],
          devices.map(({ jid, online }) => [jid, online ? 'yes' : 'no']),
        ),
      );
    }
    case 'stop':
      await sandbox.stop();
      return cx.io.result({ stopped: true }, () => 'stopped');
  }
}

/** A device jid as it is; else the device of the session with this id. */
async function deviceJid(cx: Context, id: string): Promise<string> {
  if (id.includes('@')) return id;
  const session = await (await cx.wactl()).find(id);
  if (session.whatsappJid === null) throw new UsageError(`${session.id} is not paired`);
  return session.whatsappJid;
}
