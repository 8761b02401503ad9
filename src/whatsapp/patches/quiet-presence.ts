// WhatsApp sends the phone no notifications while a linked device is "available", and takes the account's public name
// from a presence. Baileys (rc14) sends both implicitly; this engine sends neither: its only presence is "unavailable",
// without a name. Baileys' presences must be prevented, not filtered: stanzas that leave the socket are already
// encrypted, in order, and none can be removed.
import type { AuthenticationCreds, BaileysEventMap, WASocket } from '@whiskeysockets/baileys';
import type { ILogger } from '@whiskeysockets/baileys/lib/Utils/logger.js';
import type { LiveSocket } from '../live-socket.ts';

type Update = Partial<AuthenticationCreds>;

/**
 * Baileys sends a presence without a type, which means available, whenever an update of the credentials has a different
 * name, or none (Socket/socket.js, creds.update). So the name is copied before Baileys sees the update, and each update
 * has one. Logs how many presences it has prevented.
 */
export function keepFromPresences({ ev, authState: { creds } }: WASocket, logger: ILogger): void {
  const emit = ev.emit.bind(ev);
  let count = 0;
  const withOwnName = (update: Update): Update => {
    const me = update.me ?? creds.me;
    if (creds.me?.name !== update.me?.name) {
      count += 1;
      logger.debug({ count }, 'kept Baileys from sending a presence');
    }
    if (!me) return update;
    creds.me = me;
    return { ...update, me };
  };
  ev.emit = <T extends keyof BaileysEventMap>(event: T, data: BaileysEventMap[T]): boolean =>
    event === 'creds.update' ? emit('creds.update', withOwnName(data as Update)) : emit(event, data);
}

/**
 * Tells Baileys that it is logged in, and WhatsApp that the device is unavailable. Baileys would send the same with the
 * name that it knows (Socket/chats.js, sendPresenceUpdate), which may be old; without a name it sends nothing.
 */
export function openUnavailable({ sock, run }: LiveSocket): Promise<void> {
  const { creds } = sock.authState;
  const { me } = creds;
  return run(() => {
    if (me) creds.me = { ...me, name: '' };
    sock.ev.emit('connection.update', { connection: 'open' });
    if (me) creds.me = me;
    return sock.sendNode({ tag: 'presence', attrs: { type: 'unavailable' } });
  });
}
