import { admit } from './admission.ts';
import type { Device } from './device.ts';
import type { EventKind, EventLog, EventOf } from './event-log.ts';
import { parseFault } from './faults.ts';
import type { Fault } from './faults.ts';
import { Network } from './network.ts';
import type { SandboxOptions } from './network.ts';
import type { Phone } from './phone.ts';
import { scanQr } from './qr.ts';
import { listen } from './server.ts';
import type { Listening } from './server.ts';

/** The number of the phone that is used when none is named. */
export const defaultPhoneNumber = '15550100001';

/** A running sandbox. */
export class Sandbox {
  private readonly network: Network;
  private readonly listening: Listening;

  constructor(network: Network, listening: Listening) {
    this.network = network;
    this.listening = listening;
  }

  /** "ws://127.0.0.1:PORT/ws/chat" */
  get endpoint(): string {
    return `ws://127.0.0.1:${this.listening.port}/ws/chat`;
  }

  /** Hex of the public key that signs the certificates. */
  get rootKey(): string {
    return this.network.root.publicKey.toString('hex');
  }

  get events(): EventLog {
    return this.network.events;
  }

  /** All linked devices of all phones. */
  get devices(): readonly Device[] {
    return [...this.network.phones.values()].flatMap((phone) => [...phone.devices.values()]);
  }

  /** A linked device by its jid or "15550100001:1". */
  device(jid: string): Device | undefined {
    return this.network.device(jid);
  }

  /** A primary phone, made on first use. Digits with country code; left out, the default one. */
  phone(number: string = defaultPhoneNumber): Phone {
    return this.network.phone(number.replace(/\D/g, ''));
  }

  /** The phone scans what is drawn. Throws PhoneRefusedError. */
  scan(qrText: string, phone: Phone = this.phone()): Device {
    return scanQr(this.network, phone, qrText);
  }

  /** Orders a fault. Throws UsageError when it makes no sense. */
  fault(fault: Fault): void {
    this.network.faults.arm(parseFault(fault));
  }

  /** The next event of this kind that matches. */
  waitFor<K extends EventKind>(kind: K, matches?: (event: EventOf<K>) => boolean): Promise<EventOf<K>> {
    return this.network.events.next(kind, matches);
  }

  /** Resolves as soon as the condition holds; it is asked again after every event. */
  until(condition: () => boolean): Promise<void> {
    return this.network.events.until(condition);
  }

  /** Cuts every connection and frees the port. */
  async close(): Promise<void> {
    for (const connection of this.network.connections) connection.drop();
    await this.listening.close();
  }
}

/** Starts an emulated WhatsApp server, with phones to pair with it, on 127.0.0.1. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const network = new Network(options);
  const listening = await listen(
    network,
    (connection, handshake) => admit(network, connection, handshake),
    options.port ?? 0,
  );
  return new Sandbox(network, listening);
}
