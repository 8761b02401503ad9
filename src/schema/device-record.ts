import { DamagedSessionError, NotPairedError, unconfirmedHint } from '../errors.ts';
import { accountJid, parseJid } from '../domain/jid.ts';
import type { DeviceRecord } from './device-schema.ts';
import type { Session } from '../domain/session.ts';

/** The linked device that a session is, as scripts see it. Throws `store_damaged`, `not_paired`. */
export function deviceRecord(session: Session): DeviceRecord {
  if (session.damaged) throw new DamagedSessionError(session);
  const { id, paired, unconfirmed, whatsappJid, lid } = session;
  const jid = whatsappJid === null ? undefined : parseJid(whatsappJid);
  if (!paired || !jid) throw new NotPairedError(id, unconfirmed ? unconfirmedHint(id) : undefined);
  return {
    device_id: jid.device,
    phone_number: session.phoneNumber,
    lid: lid && accountJid(lid),
    push_name: session.pushName,
    platform: session.platform,
  };
}
