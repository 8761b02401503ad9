import { readMessage } from './read-message.ts';
import type { Connection } from './connection.ts';
import type { Device } from './device.ts';
import { DeviceSession } from './device-session.ts';
import type { Network } from './network.ts';
import type { FinishedHandshake } from './noise.ts';
import { answerQuery } from './queries/answer.ts';
import { server, stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** Accepts or refuses a client that claims to be a linked device. */
export function logIn(
  network: Network,
  connection: Connection,
  handshake: FinishedHandshake,
  address: string,
  passive: boolean,
): void {
  const device = network.device(address);
  if (device === undefined) return connection.refuse(401, `${address} is not linked`);
  if (!device.keys.noiseKey.equals(handshake.clientNoiseKey))
    return connection.refuse(401, `${address} used another noise key`);
  const session = new DeviceSession(network, connection, device);
  connection.onStanza = (received) => receive(network, session, received);
  session.start(passive);
}

/** Handles a stanza of a device that is logged in. */
function receive(network: Network, session: DeviceSession, received: Stanza): void {
  const { device, connection } = session;
  device.record(received);
  const { jid } = device;
  const { id = '', to = '', type } = received.attrs;
  switch (received.tag) {
    case 'iq':
      if (type !== 'result') return answerQuery(network, session, received);
      return network.events.emit({ kind: 'answered', jid, id });
    case 'ack':
      return takeReceipt(network, device, id);
    case 'receipt':
      // The device could not decrypt: the next message starts a new session.
      if (type === 'retry') device.signalSessions.clear();
      network.events.emit({ kind: 'receipt', jid, id, type: type ?? null });
      takeReceipt(network, device, id);
      return acknowledge(connection, 'receipt', received);
    case 'presence':
      return takePresence(network, session, received);
    case 'message':
      network.events.emit({ kind: 'message_received', jid, to, id });
      readMessage(network, device, received);
      return acknowledge(connection, 'message', received);
  }
}

function takeReceipt(network: Network, device: Device, id: string): void {
  if (device.acknowledge(id)) network.events.emit({ kind: 'delivered', jid: device.jid, id });
}

function acknowledge(connection: Connection, kind: 'receipt' | 'message', received: Stanza): void {
  const { id, to, type } = received.attrs;
  const t = String(Math.floor(Date.now() / 1000));
  connection.send(
    stanza('ack', {
      class: kind,
      id,
      from: to ?? server,
      t,
      type: kind === 'receipt' ? type : undefined,
    }),
  );
}

/** With these types a device only listens to another account's presence. */
const aboutOthers = ['subscribe', 'unsubscribe'];

/**
 * Handles a device's presence as WhatsApp does: any type but "unavailable", also a missing one, makes it available, and
 * the phone then gets no notifications. A name in it becomes the account's name (whatsmeow, SendPresence).
 */
function takePresence(network: Network, { device, connection }: DeviceSession, received: Stanza): void {
  const { type = null, name = null } = received.attrs;
  network.events.emit({ kind: 'presence', connection: connection.id, jid: device.jid, type, name });
  if (type !== null && aboutOthers.includes(type)) return;
  device.available = type !== 'unavailable';
  if (name !== null) device.phone.account.pushName = name;
}
