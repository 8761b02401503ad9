import type { Attempt } from './attempt.ts';
import type { Credentials } from './credentials.ts';
import { incomingMessage } from './incoming-message.ts';

/** Follows what Baileys makes of the stanzas: credentials to the store, messages and names to the caller. */
export function forwardIncoming({ socket, emit }: Attempt, credentials: Credentials): void {
  const { ev } = socket.sock;
  let pushName = credentials.creds.me?.name;
  ev.on('creds.update', () => {
    credentials.noteCreds();
    const name = credentials.creds.me?.name;
    if (!name || name === pushName || name === '~') return;
    pushName = name;
    // What is known by the login is told with it.
    if (socket.phase === 'live') emit({ kind: 'push_name', pushName: name });
  });
  // What was queued while nobody was logged in comes as "append", what comes now as "notify" (rc14).
  ev.on('messages.upsert', ({ messages }) => {
    for (const each of messages) {
      try {
        const message = incomingMessage(each);
        if (message) emit({ kind: 'message', message });
      } catch (error) {
        // Those after it are told all the same.
        socket.onFailure(error);
      }
    }
  });
}

/**
 * Baileys holds events back until WhatsApp says that all that had waited is sent, which it may never say; and what comes
 * with offline="0" does not end that (rc14; Baileys issue 2810). So the time ends it.
 */
export function holdNothingBack({ socket: { sock, run }, deadlines }: Attempt): void {
  run(() => setTimeout(() => sock.ev.flush(), deadlines.offlineMs));
}
