import type { WebSocket } from 'ws';
import { outsideScope } from './patches/engine-scope.ts';

/** The changes of a session that are not stored yet. */
export type Writes = {
  readonly isBehind: boolean;
  /** Stores them. Rejects when that fails. */
  readonly flush: () => Promise<void>;
};

type Sender = Pick<WebSocket, 'send'>;
type Send = (bytes: Uint8Array, onSent: (error?: Error) => void) => void;

/** How long a frame that must wait waits for others, because each commit waits for the disk. */
const gatherMs = 5;

/**
 * Makes frames leave in their order, each after the changes that were made before it: what the server knows of this
 * device survives a crash here. A frame that waits counts as sent, as one in the system's buffer does. After a failed
 * write nothing leaves. The result resolves when no frame waits.
 */
export function sendAfterWrites(socket: Sender, writes: Writes): () => Promise<void> {
  const send: Send = socket.send.bind(socket);
  let held: Uint8Array[] = [];
  let release: Promise<void> | undefined;

  const releaseAll = async (): Promise<void> => {
    while (held.length > 0) {
      await outsideScope(() => new Promise((resolve) => setTimeout(resolve, gatherMs)));
      const frames = held;
      held = [];
      await writes.flush();
      // The end of the socket reports what becomes of them.
      for (const frame of frames) send(frame, () => undefined);
    }
  };
  const sendOrHold: Send = (bytes, onSent) => {
    if (!release && !writes.isBehind) return send(bytes, onSent);
    held.push(bytes);
    release ??= releaseAll()
      .catch(() => (held = []))
      .then(() => (release = undefined));
    onSent();
  };
  Object.assign(socket, { send: sendOrHold });
  return async () => release;
}
