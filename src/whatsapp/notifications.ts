import { buildAckStanza, S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import type { LiveSocket } from './live-socket.ts';

/** The server's address, with an empty user or as the bare host. */
const serverAddresses = new Set<string | undefined>([S_WHATSAPP_NET, S_WHATSAPP_NET.slice(1)]);

/**
 * Hears the notifications to a device that is not linked yet, in place of Baileys: rc14 can acknowledge none before a
 * pairing by QR (sendMessageAck reads creds.me.id; Baileys issue 2738). Each is acknowledged, then handled by its type.
 * Those that are not the server's own are ignored.
 */
export function hearNotifications(
  socket: LiveSocket,
  handlers: Readonly<Record<string, (notification: BinaryNode) => void>>,
): void {
  const { sock, run } = socket;
  sock.ws.removeAllListeners('CB:notification');
  socket.onStanza('CB:notification', (notification) => {
    const { from, type = '' } = notification.attrs;
    if (!serverAddresses.has(from)) return;
    // A socket that does not take it any more has ended, which is told elsewhere.
    run(() => sock.sendNode(buildAckStanza(notification))).catch(() => undefined);
    if (Object.hasOwn(handlers, type)) handlers[type]?.(notification);
  });
}
