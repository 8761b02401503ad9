import { deliver, newId, now, spendPreKey } from './delivery.ts';
import type { Device } from './device.ts';
import type { Network } from './network.ts';
import type { Phone } from './phone.ts';
import { server, stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** The stanzas that the server sends unasked, by name. */
const announcements = {
  /** Asks whether the device is there; answered with a result. */
  ping: (device, id) =>
    tell(device, stanza('iq', { from: server, id, t: now(), type: 'get', xmlns: 'urn:xmpp:ping' })),
  /** Something has changed in the account while the device was away. */
  dirty: (device) =>
    tell(
      device,
      stanza('ib', { from: server }, [stanza('dirty', { type: 'account_sync', timestamp: now() })]),
    ),
  /** The owner has changed how long messages last. */
  account_sync: (device, id) => {
    const setting = stanza('disappearing_mode', { duration: '86400', t: now() });
    deliver(
      device,
      stanza('notification', { from: device.phone.jid, type: 'account_sync', id, t: now() }, [setting]),
    );
  },
  /** A contact's status update, of the newer kind that is not a message. */
  status: (device, id) => deliver(device, stanza('status', { from: 'status@broadcast', id, t: now() })),
  /** Others have used nearly all of its one-time pre-keys. */
  few_pre_keys: (device) => {
    while (device.preKeyCount >= fewestPreKeys) spendPreKey(device);
  },
} satisfies Readonly<Record<string, (device: Device, id: string) => void>>;

export type Announcement = keyof typeof announcements;

/** Below this many one-time pre-keys Baileys uploads more. */
const fewestPreKeys = 5;

/** Sends it only to open connections; it is not kept. */
function tell(device: Device, element: Stanza): void {
  for (const connection of device.connections) connection.send(element);
}

/** Sends an announcement to a device. Returns the stanza's id. */
export function announce(device: Device, what: Announcement): string {
  const id = newId();
  announcements[what](device, id);
  return id;
}

/** The owner changes the push name: the phone writes it into the app state, and its devices are notified. */
export function rename(network: Network, phone: Phone, pushName: string): void {
  phone.account.pushName = pushName;
  phone.appState.writePushName(pushName);
  const version = String(phone.appState.version('critical_block'));
  const changed = stanza('collection', { name: 'critical_block', version });
  for (const device of network.devicesOf(phone))
    deliver(
      device,
      stanza('notification', { from: server, type: 'server_sync', id: newId(), t: now() }, [changed]),
    );
}
