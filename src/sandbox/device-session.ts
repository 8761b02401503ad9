import { randomBytes } from 'node:crypto';
import type { Connection } from './connection.ts';
import { sendOffline } from './delivery.ts';
import type { Device } from './device.ts';
import { sendFirstSync } from './first-sync.ts';
import type { Network } from './network.ts';
import { stanza } from './stanza.ts';

/** A linked device's connection from its login on. */
export class DeviceSession {
  readonly device: Device;
  readonly connection: Connection;
  readonly #network: Network;
  #isActive = false;

  constructor(network: Network, connection: Connection, device: Device) {
    this.#network = network;
    this.connection = connection;
    this.device = device;
    connection.onClose = () => device.leave(connection);
  }

  /** Reports the login, and replaces an older connection of the same device. */
  start(passive: boolean): void {
    const { device, connection } = this;
    const older = [...device.connections];
    device.join(connection);
    connection.send(
      stanza('success', {
        t: String(Math.floor(Date.now() / 1000)),
        props: '27',
        companion_enc_static: randomBytes(32).toString('base64'),
        lid: device.lid,
        display_name: device.phone.redactedNumber,
        location: 'sandbox',
        abprops: '3',
        group_abprops: '0',
        creation: '1600000000',
      }),
    );
    this.#network.events.emit({ kind: 'logged_in', connection: connection.id, jid: device.jid });
    for (const one of older) one.streamError(440);
    const streamError = connection.fault('stream_error');
    if (streamError?.code !== undefined) connection.streamError(streamError.code, streamError.conflict);
    else if (connection.fault('stream_end')) connection.endStream();
    else if (connection.fault('silence')) connection.silence();
    else if (!passive) this.activate();
  }

  /** The device is ready for its offline backlog. */
  activate(): void {
    if (this.#isActive) return;
    this.#isActive = true;
    const { device, connection } = this;
    connection.send(
      stanza('ib', {}, [
        stanza('edge_routing', {}, [stanza('routing_info', {}, device.phone.derive('routing', 8))]),
      ]),
    );
    sendOffline(device, connection);
    this.#network.events.emit({ kind: 'active', connection: connection.id, jid: device.jid });
    this.syncFirst();
  }

  /** The phone sends its first sync once: when the device is active and has keys to encrypt for. */
  syncFirst(): void {
    const { device, connection } = this;
    if (!this.#isActive || device.firstSyncSent || device.uploadedPreKeys === 0) return;
    if (connection.fault('no_first_sync')) return;
    device.firstSyncSent = true;
    const lateMs = connection.fault('late_first_sync')?.ms ?? 0;
    if (lateMs > 0) setTimeout(() => sendFirstSync(this.#network, device), lateMs).unref();
    else sendFirstSync(this.#network, device);
  }
}
