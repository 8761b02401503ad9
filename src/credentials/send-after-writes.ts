import type { WebSocket } from 'ws';

/** The changes of a session that are not stored yet. */
export type Writes = {
  readonly isBehind: boolean;
  /** Whether a message was decrypted that is not reported yet: its acknowledgement must not leave. */
  readonly isHolding: boolean;
  /** Stores them. Rejects when that fails. */
  readonly flush: () => Promise<void>;
};

type Sender = Pick<WebSocket, 'send'>;
type Send = (bytes: Uint8Array, onSent: (error?: Error) => void) => void;

/** How long a frame that must wait waits for others, because each commit waits for the disk. */
const gatherMs = 5;
/** The same while many do. */
const longGatherMs = 20;
const manyFrames = 20;
/** A message that was decrypted is reported in the same turn; one that never is holds frames back for so many gatherings. */
const longestHold = 100;

/** So many frames that wait are enough: nothing more should be received that would lead to others. */
const enoughFrames = 200;

/**
 * Makes frames leave in their order, each after the changes that were made before it: what the server knows of this
 * device, a message that it has acknowledged too, survives a crash here. A frame that waits counts as sent, as one in the system's buffer does. After a failed
 * write nothing leaves. `outside` runs what must not belong to the caller's asynchronous context.
 */
export function sendAfterWrites(
  socket: Sender,
  writes: Writes,
  outside: <T>(work: () => T) => T = (work) => work(),
): {
  /** Resolves when no frame waits. */
  readonly allSent: () => Promise<void>;
  readonly isFull: () => boolean;
} {
  const send: Send = socket.send.bind(socket);
  const gathered = (ms = gatherMs): Promise<void> =>
    outside(() => new Promise((resolve) => setTimeout(resolve, ms)));
  let held: Uint8Array[] = [];
  let release: Promise<void> | undefined;

  const releaseAll = async (): Promise<void> => {
    while (held.length > 0) {
      await gathered(held.length < manyFrames ? gatherMs : longGatherMs);
      for (let turn = 0; writes.isHolding && turn < longestHold; turn += 1) await gathered();
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
  return { allSent: async () => release, isFull: () => held.length >= enoughFrames };
}
