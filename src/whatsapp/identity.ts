import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import { parseJid } from '../domain/jid.ts';
import type { Identity } from '../domain/session.ts';

/**
 * The identity that these credentials are linked as. Throws RangeError when they are not linked: `me.id` then has no
 * device part.
 */
export function identityOf({ me, platform }: AuthenticationCreds): Identity {
  const jid = me && parseJid(me.id);
  if (!jid || jid.device === null) throw new RangeError('these credentials are not linked');
  return {
    phoneNumber: jid.user,
    whatsappJid: me.id,
    lid: me.lid ?? null,
    platform: platform ?? null,
    pushName: me.name ?? null,
  };
}
