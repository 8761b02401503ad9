import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { DamagedSessionError, NotPairedError, unconfirmedHint } from '../errors.ts';
import { accountJid, parseJid } from '../domain/jid.ts';
import { findSession } from '../app/find-session.ts';

export type DeviceOptions = { readonly id: string };

/** `device ID`: which linked device of which phone the session is. */
export function defineDevice(program: Command, run: (options: DeviceOptions) => Promise<void>): void {
  program
    .command('device')
    .summary('show which linked device of which phone a session is')
    .argument('<id>', 'session id, or a unique prefix')
    .action((id: string) => run({ id }));
}

export async function runDevice(cx: Context, options: DeviceOptions): Promise<void> {
  const session = await findSession(await cx.store(), options.id);
  if (session.damaged) throw new DamagedSessionError(session);
  const jid = session.whatsappJid === null ? undefined : parseJid(session.whatsappJid);
  if (!session.paired || !jid) {
    const { id, unconfirmed } = session;
    throw new NotPairedError(id, unconfirmed ? unconfirmedHint(id) : undefined);
  }
  const lid = session.lid && accountJid(session.lid);
  const { phoneNumber, pushName, platform } = session;
  cx.io.result({ device_id: jid.device, phone_number: phoneNumber, lid, push_name: pushName, platform }, () =>
    cx.io.keyValues([
      ['device', String(jid.device)],
      ['phone', phoneNumber && `+${phoneNumber}`],
      ['lid', lid],
      ['push name', pushName],
      ['platform', platform],
    ]),
  );
}
