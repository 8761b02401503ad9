import type { Connection } from './connection.ts';
import type { Device } from './device.ts';
import { server, stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** Brings a stanza to a device: at once when it is online, else when it comes next. */
export function deliver(device: Device, element: Stanza): void {
  if (!device.online) device.offline.push(element);
  for (const connection of device.connections) connection.send(element);
}

const counted = ['message', 'notification', 'receipt', 'appdata', 'call'] as const;

/** Says what has waited, sends it, and says that this was all. */
export function sendOffline(device: Device, connection: Connection): void {
  const waiting = device.offline.splice(0);
  const counts = Object.fromEntries(
    counted.map((tag) => [tag, String(waiting.filter((element) => element.tag === tag).length)]),
  );
  const count = String(waiting.length);
  connection.send(stanza('ib', { from: server }, [stanza('offline_preview', { count, ...counts })]));
  for (const element of waiting) connection.send({ ...element, attrs: { ...element.attrs, offline: '1' } });
  connection.send(stanza('ib', { from: server }, [stanza('offline', { count })]));
}
