import type { DeviceSession } from './device-session.ts';
import type { Network } from './network.ts';
import type { Stanza } from './stanza.ts';

/** With these types a device only listens to another account's presence. */
const aboutOthers = ['subscribe', 'unsubscribe'];

/**
 * Handles a device's presence as WhatsApp does: any type but "unavailable", also a missing one, makes it available, and
 * the phone then gets no notifications. A name in it becomes the account's name (whatsmeow, SendPresence).
 */
export function takePresence(
  network: Network,
  { device, connection }: DeviceSession,
  received: Stanza,
): void {
  const { type = null, name = null } = received.attrs;
  network.events.emit({ kind: 'presence', connection: connection.id, jid: device.jid, type, name });
  if (type !== null && aboutOthers.includes(type)) return;
  device.available = type !== 'unavailable';
  if (name !== null) device.phone.account.pushName = name;
}
