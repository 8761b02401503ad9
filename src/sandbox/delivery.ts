import { randomBytes } from 'node:crypto';
import { ChatMessage } from './chat-messages.ts';
import type { Connection } from './connection.ts';
import type { Device } from './device.ts';
import type { Phone } from './phone.ts';
import { SignalSender } from './signal-sender.ts';
import { server, stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** Below this many one-time pre-keys the server asks the device for more. */
const fewPreKeys = 10;

/** An id as WhatsApp makes them. */
export const newId = (): string => randomBytes(8).toString('hex').toUpperCase();
/** The time in whole seconds, as attributes carry it. */
export const now = (): string => String(Math.floor(Date.now() / 1000));

/** Sends a stanza to a device, and again each time it comes online, until the device acknowledges it. */
export function deliver(device: Device, element: Stanza): void {
  device.undelivered.push(element);
  for (const connection of device.connections) {
    const isLive = !connection.fault('endless_offline');
    connection.send(isLive ? element : { ...element, attrs: { ...element.attrs, offline: '0' } });
  }
}

/** Hands out and removes one of a device's one-time pre-keys; tells the device when few are left. */
export function spendPreKey(device: Device): { id: number; publicKey: Buffer } | undefined {
  const [first] = device.preKeys;
  if (first === undefined) return undefined;
  device.preKeys.delete(first[0]);
  if (device.preKeyCount < fewPreKeys)
    deliver(
      device,
      stanza('notification', { from: server, type: 'encrypt', id: newId(), t: now() }, [
        stanza('count', { value: String(device.preKeyCount) }),
      ]),
    );
  return { id: first[0], publicKey: first[1] };
}

const signalSession = (from: Phone, device: Device): SignalSender => {
  const known = device.signalSessions.get(from.number);
  if (known !== undefined) return known;
  const { identityKey, signedPreKey } = device.keys;
  const recipient = { identityKey, signedPreKey, preKey: spendPreKey(device) };
  const session = new SignalSender(from.identity, from.registrationId, recipient);
  device.signalSessions.set(from.number, session);
  device.keepReceiver(from.number, `answers ${newId()}`, session.answers);
  return session;
};

/** Of a message, before or instead of the usual ones; undefined leaves one out. */
export type Attributes = Readonly<Record<string, string | undefined>>;

type Content = Parameters<typeof ChatMessage.encode>[0];

const message = (from: Phone, device: Device, content: Content, attributes: Attributes): string => {
  const id = newId();
  const ciphertext = signalSession(from, device).encrypt(ChatMessage.encode(content));
  const envelope = { from: from.jid, id, t: now(), type: 'text', notify: from.account.pushName };
  const enc = stanza('enc', { v: '2', type: 'pkmsg' }, ciphertext);
  deliver(device, stanza('message', { ...envelope, ...attributes }, [enc]));
  return id;
};

/** A text message from another account. Returns its id. */
export const sendText = (from: Phone, device: Device, text: string, attributes: Attributes): string =>
  message(from, device, { conversation: text }, { sender_lid: from.lid, ...attributes });

/** A message between the phone and its own companion. Returns its id. */
export const sendPeerMessage = (device: Device, content: Content): string =>
  message(device.phone, device, content, { category: 'peer', push_priority: 'high' });

const counted = ['message', 'notification', 'receipt', 'appdata', 'call'] as const;

/** Announces the offline backlog, sends it, and marks its end. */
export function sendOffline(device: Device, connection: Connection): void {
  const waiting = [...device.undelivered];
  const counts = Object.fromEntries(
    counted.map((tag) => [tag, String(waiting.filter((element) => element.tag === tag).length)]),
  );
  const count = String(waiting.length);
  connection.send(stanza('ib', { from: server }, [stanza('offline_preview', { count, ...counts })]));
  for (const element of waiting) connection.send({ ...element, attrs: { ...element.attrs, offline: '1' } });
  if (connection.fault('endless_offline')) return;
  connection.send(stanza('ib', { from: server }, [stanza('offline', { count })]));
}
