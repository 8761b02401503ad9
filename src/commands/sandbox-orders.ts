import type { Context } from '../context.ts';
import type { SandboxControl, SandboxFault } from '../ports/sandbox.ts';
import { UsageError } from '../errors.ts';
import { shellLines } from './sandbox.ts';
import { sandboxAddress } from './sandbox-address.ts';
import type { SandboxControlOptions } from './sandbox-control.ts';

type Scan = Extract<SandboxControlOptions, { action: 'scan' }>;

/** Carries out an order to a running sandbox. */
export async function runSandboxControl(cx: Context, options: SandboxControlOptions): Promise<void> {
  const host = await cx.sandbox();
  await act(cx, host.at(await sandboxAddress(cx, host, options)), options);
}

async function act(cx: Context, sandbox: SandboxControl, options: SandboxControlOptions): Promise<void> {
  switch (options.action) {
    case 'scan': {
      const device = await sandbox.scan(await qrText(cx, options), options.phone);
      return cx.io.result(device, () => device.jid);
    }
    case 'enter-code': {
      const device = await sandbox.enterCode(options.phone, options.code);
      return cx.io.result(device, () => device.jid);
    }
    case 'sign-passkey': {
      const asked = options.options === '-' ? await cx.io.readAll('-') : options.options;
      return cx.io.raw(await sandbox.signPasskey(asked.trim(), options.phone));
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
    case 'push-name': {
      const phone = await sandbox.rename(options.name, options.phone);
      const document = { phone, push_name: options.name };
      return cx.io.result(document, () => `the push name of +${phone} is now: ${options.name}`);
    }
    case 'faults':
      return options.clear ? clearFaults(cx, sandbox) : listFaults(cx, sandbox);
    case 'devices': {
      const devices = await sandbox.devices();
      return cx.io.result(devices, () =>
        cx.io.table(
          ['DEVICE', 'ONLINE'],
          devices.map(({ jid, online }) => [jid, online ? 'yes' : 'no']),
        ),
      );
    }
    case 'env': {
      const endpoint = await sandbox.endpoint();
      const document = { endpoint: endpoint.url, endpoint_root: endpoint.rootKey };
      return cx.io.result(document, () => shellLines(endpoint));
    }
    case 'stop':
      await sandbox.stop();
      return cx.io.result({ stopped: true }, () => 'stopped');
  }
}

/** The text of the QR to scan; undefined: the one that was shown last. */
async function qrText(cx: Context, { qr, latest }: Scan): Promise<string | undefined> {
  if (qr === undefined && !latest)
    throw new UsageError('no QR given', 'scan the one on show: wactl sandbox scan --latest');
  if (qr !== undefined && latest) throw new UsageError('--latest takes no QR: it scans the one on show');
  return (qr === '-' ? await cx.io.readAll('-') : qr)?.trim();
}

async function listFaults({ io }: Context, sandbox: SandboxControl): Promise<void> {
  const waiting = await sandbox.faults();
  io.result(waiting, () =>
    io.table(
      ['FAULT', 'LEFT', 'WITH'],
      waiting.map(({ fault, left }) => [String(fault['kind']), String(left), parametersOf(fault)]),
    ),
  );
  if (waiting.length === 0) io.say('no fault waits');
}

/** Such as "code=503 on=login". */
const parametersOf = (fault: SandboxFault): string =>
  Object.entries(fault)
    .filter(([name]) => name !== 'kind' && name !== 'times')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

async function clearFaults({ io }: Context, sandbox: SandboxControl): Promise<void> {
  const cleared = await sandbox.clearFaults();
  io.result({ cleared }, () => `cancelled: ${cleared} ${cleared === 1 ? 'fault' : 'faults'}`);
}

/** A device jid as it is; else the device of the session with this id. */
async function deviceJid(cx: Context, id: string): Promise<string> {
  if (id.includes('@')) return id;
  const session = await (await cx.wactl()).find(id);
  if (session.whatsappJid === null) throw new UsageError(`${session.id} is not paired`);
  return session.whatsappJid;
}
