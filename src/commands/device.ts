import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { idOrOnly } from './only-session.ts';

export type DeviceOptions = { readonly id: string | undefined };

/** `device ID`: the phone that the session is linked to, and its device number there. */
export function defineDevice(program: Command, run: (options: DeviceOptions) => Promise<void>): void {
  program
    .command('device')
    .summary('show which phone a session is linked to, and as which device')
    .argument('[id]', 'session id, or a unique prefix (default: the only session there is)')
    .action((id: string | undefined) => run({ id }));
}

export async function runDevice(cx: Context, options: DeviceOptions): Promise<void> {
  const wactl = await cx.wactl();
  const { id } = await wactl.find(await idOrOnly(cx, options.id));
  const device = await wactl.device(id);
  cx.io.result(device, () =>
    cx.io.keyValues([
      ['device', String(device.device_id)],
      ['phone', device.phone_number && `+${device.phone_number}`],
      ['lid', device.lid],
      ['push name', device.push_name],
      ['platform', device.platform],
    ]),
  );
}
