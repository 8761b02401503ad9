import type { DeviceSession } from './login.ts';
import type { Network } from './network.ts';
import type { Stanza } from './stanza.ts';

/** To somebody else's presence a device only listens. */
const aboutOthers = ['subscribe', 'unsubscribe'];

/**
 * Takes what a device says of its presence, as WhatsApp does: whatever is not "unavailable", an untyped presence too,
 * makes it available, and the phone then gets no notifications. A name in it is the account's from then on
 * (whatsmeow, SendPresence).
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
