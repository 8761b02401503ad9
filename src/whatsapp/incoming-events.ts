import { getBinaryNodeChild } from '@whiskeysockets/baileys';
import type { BaileysEventMap, WAMessage } from '@whiskeysockets/baileys';
import type { IncomingMessage } from '../domain/connection-event.ts';
import type { Attempt } from './attempt.ts';
import type { Credentials } from './credentials.ts';
import { incomingMessage } from './incoming-message.ts';

/** Passes Baileys' events on: credentials to the store, messages and names to the caller. */
export function forwardIncoming({ socket, emit }: Attempt, credentials: Credentials): void {
  const { ev } = socket.sock;
  let pushName = credentials.creds.me?.name;
  ev.on('creds.update', () => {
    credentials.noteCreds();
    const name = credentials.creds.me?.name;
    if (!name || name === pushName || name === '~') return;
    pushName = name;
    // A name known at login is reported with the login.
    if (socket.phase === 'live') emit({ kind: 'push_name', pushName: name });
  });
  reportAtOnce(socket, (message) => emit({ kind: 'message', message }), credentials);
  // Of a channel. Baileys acknowledges it before it reports it.
  socket.onStanza('CB:message', (stanza) => {
    const { id } = stanza.attrs;
    if (id && getBinaryNodeChild(stanza, 'plaintext')) credentials.awaitReport(id);
  });
}

/**
 * Reports messages as soon as Baileys has them. Its listeners get them up to 100 ms later, from a buffer (rc14,
 * Utils/event-buffer.js): after the acknowledgement. Messages queued while the device was offline come as "append", new
 * ones as "notify".
 */
function reportAtOnce(
  { sock: { ev }, onFailure }: Attempt['socket'],
  report: (message: IncomingMessage) => void,
  { reported, noteReport }: Pick<Credentials, 'reported' | 'noteReport'>,
): void {
  const emit = ev.emit.bind(ev);
  const reportOne = (each: WAMessage): void => {
    try {
      const message = incomingMessage(each);
      if (message) report(message);
    } catch (error) {
      // The messages after it are still reported.
      onFailure(error);
    }
  };
  ev.emit = <T extends keyof BaileysEventMap>(event: T, data: BaileysEventMap[T]): boolean => {
    if (event === 'messages.upsert') {
      const { messages } = data as BaileysEventMap['messages.upsert'];
      for (const each of messages) reportOne(each);
      reported();
      for (const { key } of messages) if (key.id) noteReport(key.id);
    }
    return emit(event, data);
  };
}

/**
 * Baileys buffers events until WhatsApp says that the offline backlog is complete, which may never happen; a stanza
 * with offline="0" does not end the buffering either (rc14; Baileys issue 2810). So a timer ends it.
 */
export function holdNothingBack({ socket: { sock, run }, deadlines }: Attempt): void {
  run(() => setTimeout(() => sock.ev.flush(), deadlines.offlineMs));
}
