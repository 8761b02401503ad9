import { ChatMessage } from './chat-messages.ts';
import type { Device } from './device.ts';
import { keyPairFromSeed } from './key-pair.ts';
import type { Network } from './network.ts';
import type { Phone } from './phone.ts';
import { readPreKeyMessage } from './signal-receiver.ts';
import { child, children } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** The phones that a companion's message is for decrypt it, and tell what they read: each key opens one message. */
export function readMessage(network: Network, device: Device, received: Stanza): void {
  const { id = '', to = '' } = received.attrs;
  const each = children(child(received, 'participants'), 'to').map(
    (one) => [one.attrs['jid'] ?? '', one] as const,
  );
  const all = each.length > 0 ? each : [[to, received] as const];
  for (const [jid, holder] of all) {
    const isPhone = Number(jid.split('@')[0]?.split(':')[1] ?? 0) === 0;
    const phone = isPhone ? network.accountOf(jid) : undefined;
    const enc = child(holder, 'enc');
    if (!phone || !(enc?.content instanceof Uint8Array)) continue;
    const told = { jid: device.jid, by: phone.number, id };
    try {
      const text = textOf(decrypt(phone, device, enc.attrs['type'] ?? '', enc.content));
      if (text !== undefined) network.events.emit({ kind: 'text_read', ...told, text });
    } catch (error) {
      network.events.emit({ kind: 'text_unread', ...told, reason: (error as Error).message });
    }
  }
}

function decrypt(phone: Phone, device: Device, type: string, bytes: Uint8Array): Buffer {
  if (type === 'pkmsg') {
    const { name, receiver, message } = readPreKeyMessage(bytes, {
      identity: phone.identity,
      signedPreKey: keyPairFromSeed(phone.derive('signed pre-key')),
      preKey: keyPairFromSeed(phone.derive('pre-key')),
    });
    const isNew = !device.receivers.get(phone.number)?.has(name);
    const plaintext = device.keepReceiver(phone.number, name, receiver).open(message);
    // It goes on with a new session too, as the newest is used: a device drops old ones (libsignal-node keeps 40).
    if (plaintext && isNew) device.signalSessions.delete(phone.number);
    if (plaintext) return plaintext;
  } else {
    for (const session of [...(device.receivers.get(phone.number)?.values() ?? [])].reverse()) {
      const plaintext = session.open(bytes);
      if (plaintext) return plaintext;
    }
  }
  throw new RangeError(`no session of ${phone.number} opens it`);
}

function textOf(bytes: Uint8Array): string | undefined {
  const { conversation, extendedTextMessage, deviceSentMessage } = ChatMessage.decode(bytes);
  const inner = deviceSentMessage?.message;
  if (inner) return textOf(inner);
  return conversation ?? extendedTextMessage?.text;
}
