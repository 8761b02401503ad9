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
  // Messages queued while the device was offline come as "append", new ones as "notify" (rc14).
  ev.on('messages.upsert', ({ messages }) => {
    for (const each of messages) {
      try {
        const message = incomingMessage(each);
        if (message) emit({ kind: 'message', message });
      } catch (error) {
        // The messages after it are still reported.
        socket.onFailure(error);
      }
    }
  });
}

/**
 * Baileys buffers events until WhatsApp says that the offline backlog is complete, which may never happen; a stanza
 * with offline="0" does not end the buffering either (rc14; Baileys issue 2810). So a timer ends it.
 */
export function holdNothingBack({ socket: { sock, run }, deadlines }: Attempt): void {
  run(() => setTimeout(() => sock.ev.flush(), deadlines.offlineMs));
}
