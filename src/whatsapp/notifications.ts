import { buildAckStanza, S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import type { LiveSocket } from './live-socket.ts';

/** The server's address, with an empty user or as the bare host. */
const serverAddresses = new Set<string | undefined>([S_WHATSAPP_NET, S_WHATSAPP_NET.slice(1)]);

/**
 * Handles the notifications to a device that is not linked yet, in place of Baileys, which cannot acknowledge them
 * before a pairing by QR (rc14: sendMessageAck reads creds.me.id; Baileys issue 2738). Each is acknowledged, then
 * handled by its type. Notifications that are not from the server itself are ignored.
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
    // If the socket no longer accepts it, the socket has ended, which is reported elsewhere.
    run(() => sock.sendNode(buildAckStanza(notification))).catch(() => undefined);
    if (Object.hasOwn(handlers, type)) handlers[type]?.(notification);
  });
}
