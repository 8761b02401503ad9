import type { Device } from './device.ts';
import type { Network } from './network.ts';

/** Unlinks a device from its account: its connections end with 401, and its next login fails. */
export function unlink(network: Network, device: Device, by: 'phone' | 'companion'): void {
  network.devices.delete(device.address);
  device.linked = false;
  for (const connection of device.connections)
    if (by === 'phone') connection.streamError(401);
    else connection.end();
  network.events.emit({ kind: 'unlinked', jid: device.jid, by });
}
